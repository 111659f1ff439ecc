// What the browser does not let the components do themselves: the theme before the first paint, Enter in the question, Esc from
// anywhere, arrow keys among buttons, and a focus that does not fall to the body. Pictures and the conversation have scripts of their own.
window.page = {};
(() => {
  const root = document.documentElement;
  const saved = localStorage.getItem("theme");
  if (saved) {
    root.dataset.theme = saved;
  }

  const isDark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

  page.toggleTheme = () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
  };

  // The conversation that the address names, so that a page that is loaded again shows it.
  page.conversation = () => new URLSearchParams(location.search).get("conversation");
  page.showConversation = (id) => history.replaceState(history.state, "", id ? `?conversation=${encodeURIComponent(id)}` : location.pathname);
  page.openHistory = () => document.getElementById("history").showModal();
  page.closeHistory = () => document.getElementById("history").close();

  // A key for a server that asks for one; the tab forgets it when it is closed.
  page.key = () => sessionStorage.getItem("key");
  page.keepKey = (key) => sessionStorage.setItem("key", key);

  // The button of a group to which a key leads, as the buttons stand on the screen; undefined for another key or where there is none.
  const buttonAt = (group, button, key) => {
    const all = [...group.querySelectorAll("button")];
    const at = all.indexOf(button);
    const columns = all.filter((one) => one.offsetTop === all[0].offsetTop).length;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, Home: -at, End: all.length - 1 - at };
    return all[at + steps[key]];
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing) {
      return;
    }

    const group = event.target.closest?.("[data-arrows]");
    const next = group && !event.ctrlKey && !event.altKey && !event.metaKey && buttonAt(group, event.target, event.key);
    if (next) {
      event.preventDefault();
      next.focus();
      return;
    }

    if (event.key === "Enter" && !event.shiftKey && event.target.dataset?.enter === "submit") {
      event.preventDefault();
      event.target.form.requestSubmit();
    } else if (event.key === "Escape") {
      document.querySelector("[data-stop]")?.click();
    }
  });

  // The element with the focus and all around it. When it is taken away, the focus goes to the nearest of those that names a
  // successor; not to a text field where that would bring up a keyboard on the screen.
  let trail = [];
  const opensKeyboard = (element) => matchMedia("(pointer: coarse)").matches && element.matches("textarea, input:not([type=range], [type=file])");
  document.addEventListener("focusin", (event) => {
    trail = [];
    for (let element = event.target; element; element = element.parentElement) {
      trail.push(element);
    }
  });
  document.addEventListener("pointerdown", (event) => {
    if (!trail[0]?.contains(event.target)) {
      trail = [];
    }
  }, true);
  new MutationObserver(() => {
    if (trail.length === 0 || trail[0].isConnected) {
      return;
    }

    const successors = trail.filter((element) => element.isConnected && element.dataset.focus).map((element) => element.querySelector(element.dataset.focus));
    trail = [];
    if (document.activeElement === document.body) {
      successors.find((element) => element && !opensKeyboard(element))?.focus({ preventScroll: true });
    }
  }).observe(root, { childList: true, subtree: true });
})();
