// The worker of a widget: it computes beside the page, which stays responsive.

// Start a worker, given its text. Return a function that asks it a question
// and promises the answer. `listen` is called with any other message.
export function connect(text, listen = () => {}) {
  const waiting = new Map();
  let count = 0;
  // A page from a disk cannot start a worker from a file, only from a text.
  const file = new Blob([text], { type: "text/javascript" });
  const worker = new Worker(URL.createObjectURL(file));

  worker.onmessage = ({ data }) => {
    const { number, answer, error } = data;
    const { resolve, reject } = waiting.get(number) ?? {};
    waiting.delete(number);
    if (number === undefined) listen(data);
    else if (error) reject(new Error(error));
    else resolve(answer);
  };
  worker.onerror = (event) => {
    for (const { reject } of waiting.values()) reject(event);
  };
  return (question) =>
    new Promise((resolve, reject) => {
      const number = ++count;
      waiting.set(number, { resolve, reject });
      worker.postMessage({ number, ...question });
    });
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
