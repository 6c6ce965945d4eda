// The theme of a page that is a file: the system's.

/** The body takes the system's theme, and the lab takes the body's. */
export function followSystem() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const take = () => document.body.classList.toggle("dark", dark.matches);
  dark.addEventListener("change", take);
  take();
}

/** What the page is told, where it is the file of a lab: as JSON in it. @returns {any} */
export const toldInFile = () => JSON.parse(document.querySelector("#course-lab")?.textContent ?? "null");
