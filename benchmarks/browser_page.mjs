// The page of benchmarks/browser.py, which asks the worker.
import { connect } from "../charrnn/browser/connection.mjs";

globalThis.ask = connect(WORKER);
