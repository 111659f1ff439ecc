// Keeps the newest of a conversation in sight while it grows, unless the person has scrolled up to read; then a button leads back.
(() => {
  const near = 8;
  let box = null;
  let isFollowing = true;
  let last = 0;

  const isAtEnd = () => box.scrollHeight - box.scrollTop - box.clientHeight <= near;

  const settle = () => {
    if (isFollowing) {
      box.scrollTop = box.scrollHeight;
    }

    isFollowing ||= isAtEnd();
    last = box.scrollTop;
    box.toggleAttribute("data-behind", !isFollowing);
  };

  page.follow = (id) => {
    box = document.getElementById(id);
    box.addEventListener("scroll", () => {
      // What grows below never moves the box: only a person scrolls up.
      if (box.scrollTop < last) {
        isFollowing = isAtEnd();
      }

      settle();
    }, { passive: true });
    // After the layout and before the paint, for the box and for what is in it.
    const observer = new ResizeObserver(settle);
    observer.observe(box);
    observer.observe(box.firstElementChild);
    document.querySelector("[data-newest]").addEventListener("click", () => {
      page.showNewest();
      box.focus({ preventScroll: true });
    });
  };

  page.showNewest = () => {
    isFollowing = true;
    settle();
    // On a small screen the page itself scrolls, too.
    box.parentElement.scrollIntoView({ block: "nearest" });
  };
})();
