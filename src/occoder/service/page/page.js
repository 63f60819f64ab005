// The page to try the coder: checks what was typed, asks the service, shows the answer.
// What was typed and what the service sends is inserted as text, never as HTML.

const MIN_CHARACTERS = 3;
const MAX_CHARACTERS = 100;
const N_SUGGESTIONS = 5;
const FIRST_TOPIC = "osca"; // As on the command line, where there is a choice.
const N_NAMED = 6; // So many characters that can't be sent are named.
const TIMEOUT_MS = 20_000;
const PATIENCE_S = 2; // So short a wait is not worth a message: the page just waits.

const part = (id) => document.getElementById(id);
const FIELDS = [part("title"), part("tasks")];

/** Make an element; a child that is not there is left out. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.filter(Boolean));
  return element;
}

const span = (look, ...children) => make("span", { class: look }, ...children);

/** Return the sentence that index.html has for a word of the service. */
function worded(word) {
  const isFor = ({ dataset }) => dataset.for === word;
  return [...part("wordings").content.children].find(isFor)?.textContent ?? word;
}

// Text: the rules of occoder.coder.text, which a test holds against these.

// What Python's str.split() splits at; JavaScript's \s is not quite the same.
const BLANKS = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const FOREIGN = /[^\x20-\x7e]/gu;
const ASCII_FORMS = new Map(
  Object.entries({
    ...{ "'": "‘’‚‛′´ʻʼʹ‹›", '"': "“”„‟″«»", "-": "‐‑‒–—―−⁃", " ": "•·∙●▪■◦‣¦" },
    ...{ "/": "⁄∕÷", x: "×", "...": "…", i: "ı", ss: "ß", SS: "ẞ", ae: "æ", AE: "Æ" },
    ...{ oe: "œ", OE: "Œ", o: "ø", O: "Ø", l: "ł", L: "₤Ł", d: "đð", D: "ĐÐ" },
    ...{ th: "þ", Th: "Þ", h: "ħ", H: "Ħ" },
  }).flatMap(([form, characters]) => [...characters].map((one) => [one, form])),
);
const tidy = (text) => text.split(BLANKS).filter(Boolean).join(" ");
const formsOf = (text) => [...text].map((one) => ASCII_FORMS.get(one) ?? one).join("");

/** Return the text in printable ASCII with single spaces and none at the ends. */
export function plain(text) {
  return tidy(formsOf(formsOf(tidy(text)).normalize("NFKD")).replace(FOREIGN, ""));
}

function nameOf(character) {
  if (character === "\n") return "line break";
  const number = character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
  return /[\p{C}\p{Z}\p{M}]/u.test(character) ? `U+${number}` : character;
}

// The form: what can't be sent is told while it is typed, and never changed unasked.

const foreignIn = (field) => [...new Set(field.value.match(FOREIGN))];
const lengthOf = (field) => [...field.value].length; // In code points, like the service.
const totalLength = () => lengthOf(FIELDS[0]) + lengthOf(FIELDS[1]);

/** Name below a field the characters that can't be sent, and offer what can. */
function showForeign(field) {
  const found = foreignIn(field);
  const names = found.slice(0, N_NAMED).map((one) => make("kbd", {}, nameOf(one)));
  if (found.length > N_NAMED) names.push("and others");
  const note = part(`${field.id}-note`);
  note.hidden = found.length === 0;
  note.querySelector(".named").replaceChildren(...names);
  note.querySelector(".better").textContent = plain(field.value) || "an empty field";
}

let counting;

function showLength() {
  const over = totalLength() - MAX_CHARACTERS;
  const text = `${totalLength()} of ${MAX_CHARACTERS} characters in both fields`
    + (over > 0 ? `, ${over} too many` : "");
  part("counter").textContent = text;
  part("counter").classList.toggle("over", over > 0);
  // Spoken when typing rests, or a screen reader would talk over every key.
  clearTimeout(counting);
  counting = setTimeout(() => (part("counted").textContent = text), 1000);
}

function showFault(field, text) {
  field.setAttribute("aria-invalid", Boolean(text));
  part(`${field.id}-fault`).textContent = text;
}

function update() {
  for (const field of FIELDS) showFault(field, ""), showForeign(field);
  showLength();
}

/** Return the field to put right before anything is sent, and what is wrong with it. */
function fault() {
  const [title, tasks] = FIELDS;
  const foreign = FIELDS.find((field) => foreignIn(field).length);
  if (foreign) return [foreign, worded("replace first")];
  if (totalLength() < MIN_CHARACTERS) return [title, worded("write more")];
  if (totalLength() <= MAX_CHARACTERS) return [];
  return [lengthOf(title) > lengthOf(tasks) ? title : tasks, worded("write less")];
}

// The answer.

/** Return a confidence in whole percent, never rounded to certainty. */
export function percent(confidence) {
  if (confidence >= 0.995) return "over 99 %";
  return confidence < 0.005 ? "under 1 %" : `${Math.round(100 * confidence)} %`;
}

function gauge(confidence) {
  const fill = span("fill");
  fill.style.width = `${100 * confidence}%`;
  return make("span", { class: "gauge", "aria-hidden": "true" }, fill);
}

function row({ codeCategory, codeLabel, codeConfidence }, look = "", tag = "") {
  return make("li", { class: look }, span("code", codeCategory),
    span("name", codeLabel, " ", tag && span("tag", tag)),
    gauge(codeConfidence), span("percent", percent(codeConfidence)));
}

function listed(heading, rows) {
  return rows.length > 0 && make("section", {}, make("h3", {}, heading),
    make("p", { class: "hint" }, worded(heading)), make("ol", { class: "rows" }, ...rows));
}

function folded(heading, ...content) {
  return make("details", {}, make("summary", {}, make("h3", {}, heading)),
    make("p", { class: "hint" }, worded(heading)), ...content);
}

// Dots show where the word of a fragment goes on: " ele" begins one, "ctri" is inside one.
function wording(text, words) {
  if (words.has(text) || text.trim().includes(" ")) return text;
  return `${text.startsWith(" ") ? "" : "…"}${text.trim()}${text.endsWith(" ") ? "" : "…"}`;
}

function stepOf({ codeCategory, codeLabel, rivalCategory, rivalLabel, evidence }, words) {
  const pieces = evidence.map(({ text, weight }) =>
    make("li", { class: weight < 0 ? "against" : "" }, wording(text, words), " ",
      make("b", {}, `${weight < 0 ? "−" : "+"}${Math.abs(weight).toFixed(2)}`)));
  return make("li", {},
    make("p", {}, span("code", codeCategory), ` ${codeLabel} `, make("small", {},
      rivalLabel ? `rather than ${rivalCategory} ${rivalLabel}` : worded("no rival"))),
    pieces.length > 0 && make("ul", { class: "pieces" }, ...pieces));
}

function explained({ explanation = [], input, codeStatus }) {
  const texts = `${input.occp_text} ${input.tasks_text}`.toLowerCase().replace(/'/g, "");
  const words = new Set(texts.match(/[a-z0-9+#]+/g));
  const steps = explanation.map((step) => stepOf(step, words));
  const details = folded("Which words decided", make("ol", { class: "steps" }, ...steps));
  details.open = codeStatus === "successful";
  return steps.length > 0 && details;
}

function verdict({ codeStatus, reason, result: [given] }, levels, at) {
  if (codeStatus !== "successful") {
    return [make("p", { class: "none" }, "No code"), make("p", {}, worded(reason))];
  }
  return [
    make("p", { class: "given" }, span("code", given.codeCategory), " ",
      span("name", given.codeLabel)),
    make("p", { class: "sure" }, gauge(given.codeConfidence),
      span("", make("b", {}, percent(given.codeConfidence)), " confidence")),
    make("p", { class: "hint" }, `Level ${at + 1} of ${levels.length}, `,
      worded(levels[at + 1] ? "coarse" : "finest")),
  ];
}

function showAnswer(answer, topic) {
  const { codeStatus, input, levels = [], result, suggestions = [] } = answer;
  const isCoded = codeStatus === "successful";
  const given = isCoded && result[0].codeCategory;
  const at = levels.findIndex((one) => one.codeCategory === given);
  const others = (isCoded ? result.slice(1) : suggestions).map((one) => row(one));
  const texts = [input.occp_text, input.tasks_text].filter(Boolean).join(", ");
  const ladder = levels.map((one, i) =>
    row(one, i > at ? "unsure" : "", i === at && "answer"));
  const lists = [
    listed("At each level", ladder), listed(isCoded ? "Next best" : "Suggestions", others),
  ];
  show(
    make("p", { class: "asked" }, span("tag", topic), " ", texts),
    make("div", { class: `verdict ${codeStatus}` }, ...verdict(answer, levels, at)),
    ...(isCoded ? lists : lists.reverse()),
    explained(answer),
    folded("The answer as JSON",
      make("pre", { tabindex: "0" }, JSON.stringify(answer, null, 2))));
}

function show(...content) {
  part("answer-body").replaceChildren(...content.filter(Boolean));
  part("said").textContent = part("answer-body").querySelector(".verdict").innerText;
  // Beside the form the answer is in view; below it, it has to be brought there.
  if (part("answer").offsetTop > part("form").offsetTop) part("answer-heading").focus();
}

// What the service refuses, and what the network does.

function showProblem({ name, status, waitS, message, errors = [] }) {
  const kind = status === 429 ? "throttled" : status < 500 ? "refused" : status && "broken";
  const time = new Date(Date.now() + 1000 * waitS).toLocaleTimeString();
  const [lead, faults] = kind === "throttled" ? [`You can try again at ${time}.`, []]
    : [kind ? message : worded("still here"), errors];
  show(make("div", { class: `verdict ${kind ?? "broken"}` },
    make("p", { class: "none" }, worded(kind ?? name)), make("p", {}, lead),
    make("ul", {}, ...faults.map((one) => make("li", {}, one.detail))),
    faults.length > 0 && make("p", { class: "hint" }, `Request ${faults[0].id}`)));
}

async function call(path, request = {}, patienceS = PATIENCE_S) {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(`page/${path}`, { ...request, headers, signal });
  if (response.ok) return response.json();
  const waitS = Number(response.headers.get("Retry-After"));
  if (response.status === 429 && waitS <= patienceS) {
    await new Promise((resolve) => setTimeout(resolve, 1000 * waitS));
    return call(path, request, 0);
  }
  const body = await response.json().catch(() => ({ message: response.statusText }));
  throw Object.assign(new Error(), body, { status: response.status, waitS });
}

function ask(topic) {
  const [occp_text, tasks_text] = FIELDS.map((field) => field.value);
  const extent = { numberOfSuggestions: N_SUGGESTIONS, levels: true, explain: true };
  const body = JSON.stringify({ record: { occp_text, tasks_text }, ...extent });
  return call(`${encodeURIComponent(topic)}/code`, { method: "POST", body });
}

async function showTopics() {
  const topics = await call("topics");
  topics.sort((a, b) => (b.uriName === FIRST_TOPIC) - (a.uriName === FIRST_TOPIC));
  const choices = topics.map(({ uriName, fullName }) => {
    const [name, ...rest] = fullName.split(" - ");
    const choice = part("topic").content.cloneNode(true);
    choice.querySelector("input").value = uriName;
    choice.querySelector("b").textContent = name;
    choice.querySelector("small").textContent = rest.join(" - ");
    return choice;
  });
  part("topics").replaceChildren(...choices);
  part("form").querySelector("[name=topic]").checked = true;
}

/** Do one thing that the service has to answer, and show what goes wrong. */
async function attempt(action) {
  if (part("answer").ariaBusy === "true") return;
  part("answer").ariaBusy = "true";
  await action().catch(showProblem);
  part("answer").ariaBusy = "false";
}

async function send() {
  if (!document.querySelector("[name=topic]")) await showTopics();
  const chosen = document.querySelector("[name=topic]:checked");
  showAnswer(await ask(chosen.value), chosen.parentElement.querySelector("b").textContent);
}

part("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const [field, problem] = fault();
  if (!field) return attempt(send);
  showFault(field, problem);
  field.focus();
});

for (const field of FIELDS) {
  field.addEventListener("input", update);
  part(`${field.id}-replace`).addEventListener("click", () => {
    field.value = plain(field.value);
    update();
    field.focus();
  });
}

// A line break can't be sent, so Enter sends, as in a field of one line.
part("tasks").addEventListener("beforeinput", (event) => {
  if (event.inputType !== "insertLineBreak") return;
  event.preventDefault();
  part("form").requestSubmit();
});

for (const example of document.querySelectorAll("[data-title]")) {
  example.addEventListener("click", () => {
    for (const field of FIELDS) field.value = example.dataset[field.id] ?? "";
    update();
    part("form").requestSubmit();
  });
}

attempt(showTopics);
