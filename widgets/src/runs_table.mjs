// The trainings so far, in a table: what was changed, and what came of it.
import { box, element, paragraph } from "./elements.mjs";
import { shade } from "./film.mjs";
import { formatValue } from "./numbers.mjs";

const CAPTION = "Your last six trainings, the newest first";
const HEAD = ["No.", "What was changed", "Epochs", "Perplexity", "Held out"];

export class RunsTable {
  // `actions` are functions of a run, by what their buttons say.
  constructor(actions) {
    const cells = HEAD.map((text) => element("th", { scope: "col" }, text));
    const head = element("thead", {}, element("tr", {}, ...cells));
    const caption = element("caption", {}, CAPTION);
    this.table = element("table", {}, caption, head);
    this.status = paragraph("status");
    this.place = box("runs", this.table, this.status);
    this.place.hidden = true;
    Object.assign(this, { actions, bodies: new Map() });
  }

  // Show runs, the newest last.
  show(runs) {
    for (const run of runs) if (!this.bodies.has(run)) this.add(run);
    for (const [run, { body, fill }] of this.bodies) {
      if (runs.includes(run)) fill();
      else {
        body.remove();
        this.bodies.delete(run);
      }
    }
    this.place.hidden = runs.length === 0;
  }

  // Add a run. Its elements stay, because the focus may be on one of them.
  add(run) {
    const cells = HEAD.map(() => element("td"));
    const sample = element("p", { className: "sample" });
    const buttons = Object.entries(this.actions).map(([name, act]) =>
      element("button", {
        ...{ type: "button", textContent: name, onclick: () => act(run) },
        ariaLabel: `${name}, training ${run.number}`,
      }),
    );
    const below = element("td", { colSpan: HEAD.length }, sample);
    below.append(box("buttons", ...buttons));
    const rows = [cells, [below]].map((row) => element("tr", {}, ...row));
    const body = element("tbody", {}, ...rows);
    this.table.tHead.after(body);
    const fill = () => {
      const heldOut = run.heldOut.at(-1)?.[1];
      const numbers = [run.perplexity.at(-1), heldOut].map(formatValue);
      const texts = [run.number, run.name, run.epochs, ...numbers];
      for (const [i, text] of texts.entries()) cells[i].textContent = text;
      const [last] = run.hasDiverged ? [] : run.samples.slice(-1);
      const parts = last ? shade(last.parts) : [run.sample];
      sample.replaceChildren(run.text.prefix, ...parts);
    };
    this.bodies.set(run, { body, fill });
  }
}
