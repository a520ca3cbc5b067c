// A script is loaded once, however often a page names it, and tried again if it
// cannot be loaded. One that runs a form waits for the reader's touch, and finds
// there which it was; if it can continue a network that the browser has kept, it
// does not wait.
(() => {
  const AGAIN = 5000; // milliseconds until a script is tried again
  const [loaded, scripts] = [new Set(), document.querySelectorAll(".lazy")];
  const load = ({ dataset: { src } }, fail) => {
    if (loaded.has(src)) return;
    loaded.add(src);
    const script = document.createElement("script");
    script.onerror = () => {
      loaded.delete(src);
      fail("This cannot be loaded. Is there a connection?");
    };
    document.head.append(Object.assign(script, { src }));
  };
  const loadOnTouch = (script, form) => {
    const status = form.querySelector("[role=status]");
    const touch = (event) => {
      if (event.type === "submit") event.preventDefault();
      form.dataset.touched = event.type;
      const say = (text) => { status.textContent = text; };
      if (!loaded.has(script.dataset.src)) say("Loading …");
      load(script, (text) => say(`${text} Then try again.`));
    };
    for (const type of ["pointerdown", "focusin", "submit"]) {
      form.addEventListener(type, touch);
    }
  };
  const loadHere = (script) => {
    const { parentElement: place } = script;
    observer.unobserve(place);
    load(script, (text) => {
      const sentence = place.querySelector(".fallback");
      if (sentence) sentence.textContent = `${text} It is tried again.`;
      setTimeout(() => observer.observe(place), AGAIN);
    });
  };
  const hasKept = ({ dataset: { name } }) => {
    try {
      return name === "slim" && "charrnn-network" in localStorage; // see kept.mjs
    } catch {
      return false; // the browser keeps nothing
    }
  };
  const observer = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) loadHere(target.querySelector(".lazy"));
    }
  }, { rootMargin: "600px" });
  for (const script of scripts) {
    const form = script.parentElement.querySelector("form");
    if (form) loadOnTouch(script, form);
    if (!form || hasKept(script)) observer.observe(script.parentElement);
  }
})();
