// The worker of a widget: it computes beside the page, which stays responsive.

const NO_WORKER =
  "The network needs a web worker, which this browser does not offer here: " +
  "try another one, or ask whoever runs this site to allow “blob:” workers.";

// A worker, given its text, which is started by the first question. `listen`
// is called with a message that answers no question, and `lose` when the
// worker and all it knew are lost.
export class Connection {
  constructor(text, { listen, lose }) {
    Object.assign(this, { listen, lose, waiting: new Map(), count: 0 });
    // A page from a disk cannot start a worker from a file, only from a text.
    this.file = new Blob([text], { type: "text/javascript" });
  }

  start() {
    try {
      const worker = new Worker(URL.createObjectURL(this.file));
      worker.onmessage = ({ data }) => this.receive(data);
      // A policy that forbids it sends an event without a message.
      worker.onerror = ({ message }) => this.end(message || NO_WORKER);
      return worker;
    } catch {
      throw new Error(NO_WORKER);
    }
  }

  async ask(question) {
    this.worker ??= this.start();
    const number = ++this.count;
    const answer = new Promise((resolve, reject) => {
      this.waiting.set(number, { resolve, reject });
    });
    this.worker.postMessage({ number, ...question });
    return answer;
  }

  receive({ number, answer, error, ...message }) {
    const { resolve, reject } = this.waiting.get(number) ?? {};
    this.waiting.delete(number);
    if (number === undefined) this.listen(message);
    else if (error) reject(new Error(error));
    else resolve(answer);
  }

  // End the worker, and answer what is waiting by an error.
  end(message) {
    this.worker?.terminate();
    this.worker = null;
    const unanswered = [...this.waiting.values()];
    this.waiting.clear();
    this.lose();
    for (const { reject } of unanswered) reject(new Error(message));
  }
}

// In a worker: answer questions, each by the function that it names.
export function serve(functions) {
  self.onmessage = async ({ data: { number, ask, ...question } }) => {
    try {
      self.postMessage({ number, answer: await functions[ask](question) });
    } catch (error) {
      self.postMessage({ number, error: error.message });
    }
  };
}
