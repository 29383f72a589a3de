// Runs before the page is first laid out: where the app can run, the part that works without scripts is never drawn.

if (typeof DecompressionStream === "function") document.documentElement.classList.add("has-app");
