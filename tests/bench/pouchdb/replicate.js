// One first replication and one catch-up of 100 documents between two PouchDB databases on LevelDB, in one process and
// without a network between them. Usage: node replicate.js MODULES FOLDER DOCUMENTS. Prints one JSON line.
"use strict";
const path = require("path");
const [modules, folder, wanted] = process.argv.slice(2);
const load = (name) => require(path.join(modules, name));
const PouchDB = load("pouchdb-core").plugin(load("pouchdb-adapter-leveldb")).plugin(load("pouchdb-replication"));

let state = 1;
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
const words = Array.from({ length: 3000 }, () => Array.from({ length: 2 + Math.floor(random() * 8) }, () => "etaoinshrdlcumwfgypb"[Math.floor(random() * 20)]).join(""));
function text(bytes) {
  let all = "";
  while (all.length < bytes) all += words[Math.floor(words.length ** random()) - 1] + " ";
  return all.slice(0, bytes);
}
let made = 0;
function documents(count) {
  return Array.from({ length: count }, () => ({
    _id: "evidence-" + String(++made).padStart(12, "0"), type: "evidence.changed", title: text(20), summary: text(280), outcome: "1A",
  }));
}

async function replicate(from, to, expected) {
  const begin = process.hrtime.bigint(), cpu = process.cpuUsage();
  const result = await from.replicate.to(to, { batch_size: 1000 });
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  if (!result.ok || result.docs_written !== expected) throw new Error(`replicated ${result.docs_written} of ${expected}`);
  const { user, system } = process.cpuUsage(cpu);
  return { seconds, cpu: (user + system) / 1e6 };
}

(async () => {
  const from = new PouchDB(path.join(folder, "from"), { adapter: "leveldb" });
  const to = new PouchDB(path.join(folder, "to"), { adapter: "leveldb" });
  const count = Number(wanted);
  for (let left = count; left > 0; left -= 1000) await from.bulkDocs(documents(Math.min(left, 1000)));
  const first = await replicate(from, to, count);
  await from.bulkDocs(documents(100));
  const catch_up = await replicate(from, to, 100);
  console.log(JSON.stringify({ first, catch_up }));
})().catch((error) => { console.error(error); process.exit(1); });
