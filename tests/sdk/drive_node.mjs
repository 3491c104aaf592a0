// Runs the official Node client as a shop would: reads what to do as JSON, tells what became of it.
import { Analytics } from "@segment/analytics-node";

let text = "";
for await (const piece of process.stdin) text += piece;
const task = JSON.parse(text);

const client = new Analytics({ writeKey: task.key, host: task.host, ...task.options });
const errors = [];
client.on("error", (error) => {
  errors.push({ code: error.code, reason: String(error.reason?.message ?? error.reason) });
});
const sent = [];
const done = task.calls.map(([method, values]) => new Promise((resolve) => {
  if (values.timestamp) values.timestamp = new Date(values.timestamp);
  client[method](values, (error, context) => {
    if (context) sent.push(context.event.messageId);
    resolve();
  });
}));
await Promise.all([client.closeAndFlush(), ...done]);
process.stdout.write(JSON.stringify({ sent, errors }));
