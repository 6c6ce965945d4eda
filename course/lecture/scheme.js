// Light or dark: as the system has it, or as `?theme=dark` says; T changes it. Paper is light.

/** @param {boolean} printed */
export function followScheme(printed) {
  const asked = printed ? "light" : new URLSearchParams(location.search).get("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const take = () => setScheme(asked === "dark" || (asked !== "light" && system.matches));
  system.addEventListener("change", take);
  take();
}

export const isDark = () => document.documentElement.dataset.theme === "dark";

export function changeScheme() {
  setScheme(!isDark());
}

/** The class tells the labs, which watch the body. @param {boolean} dark */
export function setScheme(dark) {
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  document.body.classList.toggle("dark", dark);
}
