// What differs between the places where a lab is read.
function themeOf(root) {
  // the host's theme, not the operating system's
  const body = document.body;
  if (body.dataset.jpThemeLight) return body.dataset.jpThemeLight === "false" ? "dark" : "light";
  if (body.dataset.vscodeThemeKind) return body.dataset.vscodeThemeKind.includes("dark") ? "dark" : "light";
  for (let node = root.parentNode; node; node = node.parentNode || node.host) {
    const [r, g, b, alpha] =
      node instanceof Element ? (getComputedStyle(node).backgroundColor.match(/[\d.]+/g) || []).map(Number) : [];
    if (r !== undefined && alpha !== 0) return 0.299 * r + 0.587 * g + 0.114 * b < 128 ? "dark" : "light";
  }
  return "light";
}
function followTheme(root, onChange) {
  const take = () => {
    root.dataset.theme = themeOf(root);
    onChange(root.dataset.theme);
  };
  const watcher = new MutationObserver(take);
  watcher.observe(document.body, {
    attributes: true,
    attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "class", "data-vscode-theme-kind"],
  });
  take();
  return () => watcher.disconnect();
}
// The picture that stands in for the lab where no kernel runs is the next output of the same cell.
function hidePicture(root) {
  let hidden = null;
  let open = true;
  const watcher = new MutationObserver(() => hide());
  const own = () => root.closest(".jp-OutputArea-child");
  const hide = () => {
    const next = own()?.nextElementSibling;
    if (!hidden && next?.querySelector(STILL)) {
      hidden = next;
      next.style.display = "none";
    }
  };
  const watch = () => {
    if (!root.isConnected) return open && requestAnimationFrame(watch); // rendered before it is put in its place
    if (own()) watcher.observe(own().parentNode, { childList: true, subtree: true });
    hide();
  };
  watch();
  return () => {
    open = false;
    watcher.disconnect();
    if (hidden) hidden.style.display = "";
  };
}
const STILL = ".jp-RenderedSVG, img[src^='data:image/svg'], .course-still";
