// The trainer: a widget that trains a small network, while the reader watches
// and interferes.
import { formatValue } from "./numbers.mjs";
import { start } from "./page.mjs";
import { heldOutLine } from "./runs.mjs";
import { packNetwork } from "./safetensors.mjs";
import { Settings } from "./settings.mjs";
import { Stories } from "./stories.mjs";
import { TakeHome } from "./take_home.mjs";
import { TrainerBase, YOURS } from "./trainer_base.mjs";
import { ANY_TIME } from "./trainer_settings.mjs";
import { Button } from "./ui.mjs";
import { html } from "./vendor/preact.mjs";

const PROMPT = "Choose a story, and predict how it ends. Or press Train.";
const FIRST = "First the usual run, to compare with.";
const LATER = "A run keeps this as it began: press Start again.";
const BLOCKED = "The browser has not opened the page Write. Take it home instead.";
const NORM = { least: 0.1, most: 100 }; // the axis
const LINK = "#trainer="; // begins an address that leads here

class Trainer extends TrainerBase {
  constructor(place, { stories, python, ...data }) {
    super(place, data);
    const { src } = place.parentElement.querySelector(".lazy").dataset;
    // A notebook has no pages beside.
    Object.assign(this, { stories, python, hasPages: Boolean(src) });
    this.begin();
    this.followLink();
    this.listen(window, "hashchange", () => this.followLink());
    this.listen(window, "message", ({ source }) => this.handOver(source));
  }

  // Return what is seen, from top to bottom.
  draw() {
    const { run, home, python, stories, prediction } = this;
    return html`
      <${Stories} stories=${stories} prompt=${PROMPT}
        chosen=${stories.indexOf(run.story)} choose=${(i) => this.choose(i)}
        prediction=${prediction} predict=${(i) => this.predict(i)} answer=${run.answer} />
      ${this.drawGo()}
      <div class="stage">
        <div>${this.drawCurves()}${this.drawSettings()}${this.drawOwn()}</div>
        <div>${this.drawFilm()}${this.drawLeaving()}${this.drawKept()}</div>
      </div>
      ${home && html`<${TakeHome} ...${home} python=${python}
        copy=${(lines, name) => this.copy(lines, name)} />`}`;
  }

  // The norm of the gradient is seen in the stories on clipping.
  drawCurves() {
    const { run } = this;
    const { heldOut, note, text, norm, clipped } = run;
    const share = `${Math.round(100 * clipped)} % clipped`;
    const title = "Largest gradient norm";
    const heading = `${title} ${formatValue(norm.at(-1))}, ${share}`;
    const facts = { title, heading, axis: NORM, limits: { θ: this.values.theta } };
    return html`${this.drawPerplexity({ heldOut, note, limits: text.floors })}
      <p class="legend">${run.facts} ${text.tested}</p>
      ${"theta" in (run.story?.settings ?? {}) && this.drawCurve("norm", facts)}`;
  }

  drawSettings() {
    const { run, values, text } = this;
    const isBusy = Boolean(run.hasDiverged || run.isTraining);
    return html`<${Settings} values=${values} symbols=${text.symbols}
      change=${(change) => this.change(change)}>
      <${Button} text="One epoch" act=${() => this.train(1)} aria-disabled=${isBusy} />
      <${Button} text="Usual settings" act=${() => this.renew({})} />
    <//>`;
  }

  drawLeaving() {
    const { params, isEnding } = this.run;
    const disabled = !params || isEnding;
    return html`<div class="buttons">
      <${Button} text="Write with it" act=${() => this.openWriter()}
        disabled=${disabled} hidden=${!this.hasPages} />
      <${Button} text="Take it home" act=${() => this.takeHome()} disabled=${disabled} />
    </div>`;
  }

  // Open the story that the address names, if it leads here.
  followLink() {
    if (!location.hash.startsWith(LINK)) return;
    const named = new URLSearchParams(location.hash.slice(1)).get("story");
    const i = this.stories.findIndex(({ name }) => name === named);
    if (i >= 0) this.choose(i);
    this.place.scrollIntoView();
  }

  // Open a story, and ask for a prediction before it runs.
  choose(i) {
    const story = this.stories[i];
    Object.assign(this, { text: this.novel, prediction: undefined });
    this.renew(story.settings, story.changes, { story });
  }

  // Run a story; who changes a prediction need not wait again.
  predict(option) {
    const { run } = this;
    this.prediction = option;
    if (!run.end || run.isTouched) this.runStory(run.story);
    else this.show();
  }

  // Train to the end of a story, after the usual run that it may need.
  runStory(story) {
    const { settings, changes, end } = story;
    const { seed } = this.values;
    const usual = this.runs.find((each) => each.isUsual(this.text, seed, end));
    const isFirst = story.beside_usual && !usual;
    const run = isFirst
      ? this.renew({}, [], { story })
      : this.renew(settings, changes, { story });
    Object.assign(run, { usual, end, isFirst });
    if (isFirst) this.say(FIRST);
    this.place.querySelector(".sample").scrollIntoView({ block: "nearest" });
    this.train(end);
  }

  // Write the answer of a story beside the prediction, and where it has ended
  // on the chart.
  conclude(run) {
    const { story, usual, isFirst, isTouched } = run;
    if (isTouched) return this.say("You have changed this run: no answer.");
    if (isFirst && run.hasDiverged) return this.say("It has diverged: no answer.");
    if (isFirst) return this.runStory(story);
    const held = heldOutLine(run, story.beside_usual && usual);
    const why = [story.why, held].filter(Boolean).join(" ");
    const href = this.hasPages && `${story.page}.html`;
    run.answer = { option: story.answer, why, href };
    run.note = { epoch: run.epochs, text: formatValue(run.perplexity.at(-1)) };
    this.show();
  }

  finish(isFull) {
    const { run } = this;
    const isOver = run.epochs === run.end || run.hasDiverged;
    super.finish(isFull);
    if (run.story && isOver && !run.answer) this.conclude(run);
  }

  // Take over a setting of the reader: any of them before a run begins.
  change(change) {
    const { run, held } = this;
    const names = Object.keys(change);
    this.values = { ...this.values, ...change };
    run.cancel(names);
    if (held !== run && run.epochs === 0) run.settings = this.values;
    else if (!names.every((name) => ANY_TIME.includes(name))) this.message = LATER;
    else if (held !== run) run.changes.push([run.epochs, change]);
    else {
      run.isTouched = true;
      this.tryTo(() => this.ask({ ask: "change", change }));
    }
    this.show();
  }

  // Open the page Write, which asks for the network.
  openWriter() {
    this.leaving = this.makeNetwork(this.run);
    this.writer = open("write.html");
    if (!this.writer) this.say(BLOCKED);
  }

  handOver(page) {
    if (!page || page !== this.writer) return;
    this.writer = null; // once: the reader may leave the page for another site
    const { name, prefix } = this.leaving;
    page.postMessage({ file: packNetwork(this.leaving).buffer, name, prefix }, "*");
  }

  takeHome() {
    const { run } = this;
    this.home = { network: this.makeNetwork(run), isOwn: run.text.name === YOURS };
    this.show();
  }
}

start("trainer", Trainer);
