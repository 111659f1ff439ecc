# syntax=docker/dockerfile:1
# One node: the page and the API on port 8080, with the model that ships. docker-compose.yml runs it; docs/operations.md says how it is watched, stopped and given keys.

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
RUN apt-get update && apt-get install --yes --no-install-recommends libgomp1
WORKDIR /source
COPY . .
RUN eng/publish /app
# llama.cpp's threads are OpenMP's, and the runtime image has no package manager.
RUN cp /usr/lib/x86_64-linux-gnu/libgomp.so.1 /app/ && mkdir -p /data

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled
COPY --from=build --chown=1654:1654 /data /data
# Layers from the one that changes least to the one that changes most.
COPY models/default /models/default
COPY --from=build /app /app
ENV HOME=/data LD_LIBRARY_PATH=/app \
    Server__DataDirectory=/data Server__ImageDirectory=/data/images Server__TaughtConcepts=/data/taught-concepts.jsonl
USER 1654
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["/app/sparseclip", "status", "--url", "http://localhost:8080"]
ENTRYPOINT ["/app/sparseclip"]
CMD ["serve", "--model", "/models/default", "--urls", "http://+:8080"]
