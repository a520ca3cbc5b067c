// The trainer: a widget that trains a small network, while the reader watches
// and interferes.
import { answer, heldOutLine } from "./answers.mjs";
import { Chart } from "./chart.mjs";
import { box, button } from "./elements.mjs";
import { offer } from "./networks.mjs";
import { formatValue } from "./numbers.mjs";
import { start } from "./page.mjs";
import { Stories } from "./stories.mjs";
import { TakeHome } from "./take_home.mjs";
import { TrainerBase, YOURS } from "./trainer_base.mjs";
import { TrainerControls } from "./trainer_controls.mjs";
import { ANY_TIME, differences } from "./trainer_settings.mjs";

const PROMPT =
  "Choose a story, and predict how it ends. Or press Train, and change the " +
  "settings while it runs.";
const LINK = "#trainer="; // begins an address that leads here

class Trainer extends TrainerBase {
  constructor(place, { stories, python, ...data }) {
    super(place, data);
    this.stories = stories;
    this.home = new TakeHome(python, (text, name) => this.copy(text, name));
    this.build();
    this.begin();
    this.followLink();
    this.listen(window, "hashchange", () => this.followLink());
  }

  build() {
    this.controls = new TrainerControls(() => this.change());
    this.go = button("Train", () => this.toggle());
    this.go.className = "primary";
    this.one = button("One epoch", () => this.train(1));
    this.norm = new Chart("Largest gradient norm", { least: 0.1, most: 100 });
    this.told = new Stories(this.stories, PROMPT, {
      open: ({ settings, changes }) => this.renew(settings, changes),
      run: (story) => this.predict(story),
    });
    const usual = button("Usual settings", () => this.leaveStory({}));
    this.controls.atStart.append(usual);
    this.actions = [
      button("Write with it", () => this.handOver()),
      button("Take it home", () => this.takeHome()),
    ];
    this.place.append(...this.arrange());
  }

  // Return what is seen, from top to bottom.
  arrange() {
    const { controls, actions } = this;
    const fresh = button("Start again", () => this.leaveStory(this.values));
    return [
      this.own.place,
      this.told.place,
      box("go buttons", this.go, this.one, fresh, this.status),
      box(
        "stage",
        box("", this.perplexity.place, this.used, this.film.list),
        box("", this.film.place, controls.anyTime, controls.atStart, this.norm.place),
      ),
      ...[box("buttons", ...actions), this.kept, this.home.place],
    ];
  }

  adopt(values) {
    this.controls.offer(this.text);
    this.controls.values = values;
    super.adopt(this.controls.values);
  }

  // Open the story that the address names, if it leads here.
  followLink() {
    if (!location.hash.startsWith(LINK)) return;
    const named = new URLSearchParams(location.hash.slice(1)).get("story");
    const story = this.stories.find(({ name }) => name === named);
    if (story) {
      this.text = this.novel;
      this.told.choose(story);
    }
    this.place.scrollIntoView();
  }

  // Run a story; who changes a prediction need not wait again.
  predict(story) {
    const { run } = this;
    if (run.story !== story || run.isTouched) this.runStory(story);
    else if (run.answer) this.told.tell(...run.answer);
  }

  // Train to the end of a story, after the usual run that it may need.
  runStory(story) {
    const { settings, changes, end, against } = story;
    const { seed } = this.values;
    const usual = this.runs.find((each) => each.isUsual(this.text, seed, end));
    const isFirst = against === "usual" && !usual;
    const run = isFirst ? this.renew({}) : this.renew(settings, changes);
    Object.assign(run, { story, usual, end, isFirst });
    if (isFirst) this.say("First the usual run, to compare with.");
    this.film.sample.scrollIntoView({ block: "nearest" }); // and what is above
    this.train(end);
  }

  // Write the answer of a story on the chart, and beside the prediction.
  tell(run) {
    const { story, usual, isFirst, isTouched } = run;
    if (isTouched) return this.say("You have changed this run: no answer.");
    if (isFirst && run.hasDiverged) return this.say("It has diverged: no answer.");
    if (isFirst) return this.runStory(story);
    const { option, note } = answer(story, run, usual);
    run.note = { epoch: run.epochs, text: note };
    const { src } = this.place.parentElement.querySelector(".lazy").dataset;
    const href = src && `${story.page}.html`; // a notebook has no pages beside
    const rival = story.against === "usual" ? usual : null;
    const why = [story.why, heldOutLine(run, rival)].filter(Boolean).join(" ");
    run.answer = [option, why, href];
    this.told.tell(...run.answer);
  }

  showEnd(isFull) {
    const { run } = this;
    const isOver = run.epochs === run.end || run.hasDiverged;
    super.showEnd(isFull);
    if (run.story && isOver && !run.note) this.tell(run);
    if (run.note) this.showCurves();
  }

  // Take over the settings of the reader: all of them before a run begins.
  change() {
    const { run, held } = this;
    const { values } = this.controls;
    const change = differences(values, this.values, ANY_TIME);
    const names = Object.keys(change);
    this.values = values;
    run.cancel(names);
    if (held !== run && run.epochs === 0) run.settings = values;
    else if (names.length === 0) return;
    else if (held !== run) run.changes.push([run.epochs, change]);
    else {
      run.isTouched = true;
      this.tryTo(() => this.ask({ ask: "change", change }));
    }
    this.showRun();
  }

  showRun() {
    super.showRun();
    const { isTraining, isEnding, hasDiverged, clipped, norm, params } = this.run;
    this.one.ariaDisabled = Boolean(hasDiverged || isTraining);
    const share = `${Math.round(100 * clipped)} % clipped`;
    this.norm.heading.textContent =
      `Largest gradient norm ${formatValue(norm.at(-1))}, ${share}`;
    for (const each of this.actions) each.disabled = !params || isEnding;
  }

  showCurves() {
    const { heldOut, note, text } = this.run;
    this.showCurve("perplexity", { heldOut, limits: text.floors, note });
    this.showCurve("norm", { limits: { θ: this.values.theta } });
  }

  handOver() {
    offer(this.makeNetwork(this.run));
    const isThere = document.querySelector(".network-widget.playground");
    if (!isThere) this.say("There is no playground on this page to write in.");
  }

  takeHome() {
    const { run } = this;
    this.home.show(this.makeNetwork(run), run.text.name === YOURS);
  }
}

start("trainer", Trainer);
