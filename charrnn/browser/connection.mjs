// The worker of a widget: it computes beside the page, which stays responsive.

// Start a worker, given its text, and return how to ask it. An answer is
// what it returns for a question; `listen` is given all that it says besides.
export function connect(text, listen = () => {}) {
  const waiting = new Map();
  let count = 0;

  function receive({ data }) {
    const { number, answer, error } = data;
    const { resolve, reject } = waiting.get(number) ?? {};
    waiting.delete(number);
    if (number === undefined) listen(data);
    else if (error) reject(new Error(error));
    else resolve(answer);
  }

  const worker = startWorker(text, receive);
  return (question) =>
    new Promise((resolve, reject) => {
      waiting.set(++count, { resolve, reject });
      worker.postMessage({ number: count, ...question });
    });
}

// A page from a disk may start no worker from a file, but one from a text.
// Where not even that is allowed, the page does the work itself.
function startWorker(text, receive) {
  try {
    const type = "text/javascript";
    const address = URL.createObjectURL(new Blob([text], { type }));
    const worker = new Worker(address);
    worker.onmessage = receive;
    return worker;
  } catch {
    const { port1, port2 } = new MessageChannel();
    new Function("self", text)(port2);
    port1.onmessage = receive;
    return port1;
  }
}

// In a worker: answer questions by functions, each with a name.
export function serve(functions) {
  self.onmessage = async ({ data: { number, ask, ...question } }) => {
    try {
      self.postMessage({ number, answer: await functions[ask](question) });
    } catch (error) {
      self.postMessage({ number, error: error.message });
    }
  };
}
