/** @import { AgUiEvent } from '../src/types.js' */

/** @typedef {AgUiEvent | { pause: number }} Step an event, or ms to wait */

const READY = `It is not ready because **the schema is missing**. The chain, from the symptom to the cause:

1. \`/ready\` answers 503, because the node \`chat\` is *waiting*.
2. \`chat\` waits on \`schema\`, which has failed **14 times** since 09:41:07.
3. The table \`agent_executions\` does not exist (\`42P01\`).

What to do now:

\`\`\`sh
gatehouse-server migrate --connection "$DATABASE_URL"
\`\`\`

The gate opens within a second of the migration landing. See [the manual](https://example.com/migrations) for why the service verifies and never migrates.`;

const TIMELINE = `Ready **412 ms** after the process started. The critical path is \`configuration → database → schema → chat\`.

| node | waited | took | state |
|---|---:|---:|---|
| configuration | 0 ms | 3 ms | ready |
| database | 3 ms | 61 ms | ready |
| schema | 64 ms | 38 ms | ready |
| chat | 102 ms | 310 ms | ready |

> Nothing waited for anything that was not on the critical path.`;

const CAN_DO = `I answer questions about the running system, with the same tools a language model would get:

- **Why is it not ready?** The chain of causes, with evidence.
- **Show the start-up timeline.** Every node, what it waited for, what it took.
- **How many connections are there?** Connections, runs and what they cost.

Ask in your own words. If I do not understand, I say so.`;

/** What a deterministic agent does with a message, as the events between RUN_STARTED's message and the terminal event. */
export function answerTo(/** @type {string} */ text, newId = () => crypto.randomUUID()) {
  const question = text.toLowerCase();
  if (question.includes('restart')) return { steps: approval(newId), asks: true };
  if (question.includes('fail')) return { steps: [], fails: true };
  const caller = newId();
  if (question.includes('ready')) {
    return { steps: [...thought(newId(), 'The user asks about readiness. The node states tell which node holds it back; then why that one fails.'),
      ...toolCall(newId, caller, 'node_states', '{"changedSince":"10m"}', NODE_STATES), ...speech(newId(), READY)] };
  }
  if (question.includes('timeline')) return { steps: [...toolCall(newId, caller, 'startup_timeline', '{}', '{"readyAfterMs":412,"criticalPath":["configuration","database","schema","chat"]}'), ...speech(newId(), TIMELINE)] };
  if (question.includes('connection')) {
    return { steps: [...toolCall(newId, caller, 'connections', '{}', '{"open":3,"threads":2}'), ...toolCall(newId, caller, 'runs', '{"active":true}', '{"active":1,"queued":0}'),
      ...speech(newId(), 'There are **3 connections** on this instance, following 2 threads. One run is active: this one.')] };
  }
  if (question.includes('what can')) return { steps: speech(newId(), CAN_DO) };
  return { steps: speech(newId(), `You said: ${text}\n\nI did not understand that. Ask me *what can you do?*`) };
}

const NODE_STATES = JSON.stringify({ nodes: [
  { name: 'database', state: 'ready', since: '09:41:06.912' },
  { name: 'schema', state: 'failed', since: '09:41:07.004', attempts: 14, error: '42P01: relation "agent_executions" does not exist' },
  { name: 'chat', state: 'waiting', on: ['schema'] },
] });

/** @returns {Step[]} */
export function speech(/** @type {string} */ messageId, /** @type {string} */ text, role = 'assistant') {
  const words = text.match(/\s*\S+\s*/g) ?? [];
  return [
    { type: 'TEXT_MESSAGE_START', messageId, role },
    ...words.flatMap(delta => [{ type: 'TEXT_MESSAGE_CONTENT', messageId, delta }, { pause: 1 }]),
    { type: 'TEXT_MESSAGE_END', messageId },
  ];
}

/** @returns {Step[]} */
function thought(/** @type {string} */ messageId, /** @type {string} */ text) {
  const words = text.match(/\s*\S+/g) ?? [];
  return [
    { type: 'REASONING_START', messageId },
    { type: 'REASONING_MESSAGE_START', messageId, role: 'reasoning' },
    ...words.flatMap(delta => [{ type: 'REASONING_MESSAGE_CONTENT', messageId, delta }, { pause: 1 }]),
    { type: 'REASONING_MESSAGE_END', messageId },
    { type: 'REASONING_END', messageId },
  ];
}

/** @returns {Step[]} */
function toolCall(/** @type {() => string} */ newId, /** @type {string} */ parentMessageId, /** @type {string} */ toolCallName, /** @type {string} */ args, /** @type {string} */ content) {
  const toolCallId = newId();
  return [
    { type: 'TOOL_CALL_START', toolCallId, toolCallName, parentMessageId },
    { type: 'TOOL_CALL_ARGS', toolCallId, delta: args },
    { type: 'TOOL_CALL_END', toolCallId },
    { pause: 12 },
    { type: 'TOOL_CALL_RESULT', messageId: newId(), toolCallId, content, role: 'tool' },
  ];
}

/** @returns {Step[]} a call that waits for approval */
function approval(/** @type {() => string} */ newId) {
  const parentMessageId = newId();
  return [
    ...speech(parentMessageId, 'I can restart the monitor of `redis`, if you agree.'),
    ...toolCall(newId, parentMessageId, 'restart_monitor', '{"node":"redis"}', '').slice(0, 3),
  ];
}
