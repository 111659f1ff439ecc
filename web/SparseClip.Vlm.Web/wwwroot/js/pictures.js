// Pictures that are shown, pasted, or dropped anywhere.
(() => {
  const root = document.documentElement;
  const isBox = (target) => target.closest?.("textarea, input:not([type=range], [type=file])") != null;

  // Hands a file to the page's own file input, so that choosing, pasting and dropping take one way.
  const hand = (files) => {
    const picture = [...files].find((file) => file.type.startsWith("image/")) ?? files[0];
    const input = document.getElementById("picture-file");
    const transfer = new DataTransfer();
    transfer.items.add(picture);
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  // What is dragged from another page comes as HTML or as an address. An image in a link is the image, not the link.
  const imageOf = (data) => new DOMParser().parseFromString(data.getData("text/html"), "text/html").querySelector("img")?.getAttribute("src");
  const addressOf = (data) => [imageOf(data), ...data.getData("text/uri-list").split(/\r?\n/)]
    .find((address) => address && /^(https?|data):/i.test(address));

  const fetchPicture = async (address, tell) => {
    const { host, pathname } = new URL(address);
    const where = host || "there";
    try {
      const response = await fetch(address, { credentials: "omit", referrerPolicy: "no-referrer" });
      const file = await response.blob();
      if (response.ok && file.type.startsWith("image/")) {
        hand([new File([file], host ? pathname.split("/").pop() || host : "picture", { type: file.type })]);
      } else {
        tell(`What was dropped is no picture, as ${where} says. Drag the picture itself, or save it and drop the file.`);
      }
    } catch {
      tell(`The browser may not read pictures of ${where} for this page. Copy the picture there and paste it here, or save it and drop the file.`);
    }
  };

  // Replaces what was shown; the address of the old one is let go.
  page.showPicture = (id, bytes) => {
    const image = document.getElementById(id);
    URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(new Blob([bytes]));
  };

  page.takePictures = (app) => {
    const tell = (text) => app.invokeMethodAsync("Tell", text);
    document.addEventListener("paste", (event) => {
      const { files } = event.clipboardData;
      const text = event.clipboardData.getData("text/plain");
      // In a box, text is text, whatever else is on the clipboard. A copied file may come with its name as text.
      if (files.length > 0 && !(isBox(event.target) && text.trim() && text !== files[0].name)) {
        event.preventDefault();
        hand(files);
      }
    });

    // Text dragged into a box is the browser's business.
    const isText = (event) => isBox(event.target) && !event.dataTransfer.types.includes("Files");
    document.addEventListener("dragover", (event) => {
      if (!isText(event)) {
        event.preventDefault();
        root.classList.add("dragging");
      }
    });
    document.addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) {
        root.classList.remove("dragging");
      }
    });
    document.addEventListener("drop", (event) => {
      root.classList.remove("dragging");
      const data = event.dataTransfer;
      if (isText(event) && !imageOf(data)) {
        return;
      }

      event.preventDefault();
      if (data.files.length > 0) {
        hand(data.files);
      } else if (addressOf(data)) {
        fetchPicture(addressOf(data), tell);
      } else {
        tell("What was dropped is no picture. Drop a picture file, or copy a picture and paste it here.");
      }
    });
  };
})();
