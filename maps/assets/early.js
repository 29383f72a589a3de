// Runs before the page is first laid out: where the app can run, the part that works without scripts is never drawn.

try {
  new DecompressionStream("deflate-raw");
  document.documentElement.classList.add("is-starting");
} catch {
  // the page without scripts stands
}
