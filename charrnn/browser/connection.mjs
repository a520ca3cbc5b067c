// The worker of a widget: it computes beside the page, which stays responsive.

// Start a worker, given its text, and return how to ask it. The answer to a
// question comes as a promise; `listen` is given all that it says besides.
export function connect(text, listen = () => {}) {
  const waiting = new Map();
  let [count, hasSpoken] = [0, false];

  function receive({ data }) {
    const { number, answer, error } = data;
    const { resolve, reject } = waiting.get(number) ?? {};
    waiting.delete(number);
    hasSpoken = true;
    if (number === undefined) listen(data);
    else if (error) reject(new Error(error));
    else resolve(answer);
  }

  // A page may refuse a worker after it has been made.
  function fail(event) {
    if (hasSpoken) {
      for (const { reject } of waiting.values()) reject(event);
    } else {
      port = startHere(text, receive);
      for (const { message } of waiting.values()) port.postMessage(message);
    }
  }

  let port = startWorker(text, receive, fail);
  return (question) =>
    new Promise((resolve, reject) => {
      const message = { number: ++count, ...question };
      waiting.set(count, { message, resolve, reject });
      port.postMessage(message);
    });
}

// A page from a disk may start no worker from a file, but one from a text.
function startWorker(text, receive, fail) {
  try {
    const file = new Blob([text], { type: "text/javascript" });
    const worker = new Worker(URL.createObjectURL(file));
    worker.onmessage = receive;
    worker.onerror = fail;
    return worker;
  } catch {
    return startHere(text, receive);
  }
}

// Where there are no workers, the page does the work itself.
function startHere(text, receive) {
  const { port1, port2 } = new MessageChannel();
  new Function("self", text)(port2);
  port1.onmessage = receive;
  return port1;
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
