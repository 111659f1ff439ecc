// What the browser does not let the components do themselves: the theme before the first paint, pictures that are pasted or dropped
// anywhere, Enter in the question, and following an answer that grows.
(() => {
  const root = document.documentElement;
  const saved = localStorage.getItem("theme");
  if (saved) {
    root.dataset.theme = saved;
  }

  const isDark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

  // Hands a file to the page's own file input, so that choosing, pasting and dropping take one way.
  const hand = (files) => {
    const picture = [...files].find((file) => file.type.startsWith("image/")) ?? files[0];
    const input = document.getElementById("picture-file");
    if (!picture || !input) {
      return;
    }

    const transfer = new DataTransfer();
    transfer.items.add(picture);
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.dataset?.enter === "submit") {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });

  window.page = {
    toggleTheme() {
      root.dataset.theme = isDark() ? "light" : "dark";
      localStorage.setItem("theme", root.dataset.theme);
    },

    takePictures() {
      document.addEventListener("paste", (event) => {
        if (event.clipboardData.files.length > 0) {
          event.preventDefault();
          hand(event.clipboardData.files);
        }
      });
      document.addEventListener("dragover", (event) => {
        event.preventDefault();
        root.classList.add("dragging");
      });
      document.addEventListener("dragleave", (event) => {
        if (event.relatedTarget === null) {
          root.classList.remove("dragging");
        }
      });
      document.addEventListener("drop", (event) => {
        event.preventDefault();
        root.classList.remove("dragging");
        hand(event.dataTransfer.files);
      });
    },

    // Keeps the newest text in sight, unless the person has scrolled up to read.
    follow(id) {
      const box = document.getElementById(id);
      if (box && box.scrollHeight - box.scrollTop - box.clientHeight < 160) {
        box.scrollTop = box.scrollHeight;
      }
    },
  };
})();
