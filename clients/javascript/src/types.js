/**
 * The protocol's messages (docs/protocol.md §3 and §4) as types; nothing here exists at run time.
 *
 * @typedef {number | string} CommandId
 *
 * @typedef {{ type: 'run', id: CommandId, threadId: string, messageId: string, text: string, agent?: string }} RunCommand
 * @typedef {{ type: 'subscribe', id: CommandId, threadId: string, cursor?: string }} SubscribeCommand
 * @typedef {{ type: 'unsubscribe', id: CommandId, threadId: string }} UnsubscribeCommand
 * @typedef {{ type: 'cancel', id: CommandId, runId: string }} CancelCommand
 * @typedef {{ type: 'answer', id: CommandId, interruptId: string, payload: unknown }} AnswerCommand
 * @typedef {{ type: 'threads', id: CommandId, before?: string }} ThreadsCommand
 * @typedef {{ type: 'auth', id: CommandId, token: string }} AuthCommand
 * @typedef {RunCommand | SubscribeCommand | UnsubscribeCommand | CancelCommand | AnswerCommand | ThreadsCommand | AuthCommand} Command
 *
 * @typedef {object} Welcome
 * @property {'welcome'} type
 * @property {string} connectionId
 * @property {string} instance
 * @property {string} revision
 * @property {number} heartbeatMs
 * @property {number} reconnectMs
 * @property {number} maxFrameBytes
 * @property {string} resumeToken
 *
 * @typedef {{ type: 'starting', node: string }} Starting
 * @typedef {{ type: 'accepted', id: CommandId, threadId: string, runId: string, cursor: string, queued?: number }} Accepted
 * @typedef {{ type: 'subscribed', id: CommandId, threadId: string, result: 'replayed' | 'snapshot', cursor: string }} Subscribed
 * @typedef {{ type: 'events', threadId: string, after: string, cursor: string, events: AgUiEvent[] }} Events
 *
 * @typedef {object} Snapshot
 * @property {'snapshot'} type
 * @property {string} threadId
 * @property {string} cursor
 * @property {Message[]} messages
 * @property {ActiveRun} [run]
 * @property {QueuedRun[]} queued
 * @property {Interrupt[]} interrupts
 * @property {boolean} [more]
 *
 * @typedef {{ type: 'threads', id: CommandId, threads: ThreadSummary[], next?: string }} Threads
 * @typedef {{ type: 'ok', id: CommandId }} Ok
 * @typedef {{ type: 'error', id?: CommandId, code: string, message: string, retryAfterMs?: number }} ErrorMessage
 * @typedef {{ type: 'heartbeat', heads: Record<string, string> }} Heartbeat
 * @typedef {{ type: 'goaway', deadlineMs: number, spreadMs: number, reason: string }} GoAway
 * @typedef {Accepted | Subscribed | Threads | Ok} Answer
 * @typedef {Welcome | Starting | Answer | Events | Snapshot | ErrorMessage | Heartbeat | GoAway} ServerMessage
 *
 * @typedef {{ threadId: string, title: string, updatedAt: number, running?: boolean }} ThreadSummary
 * @typedef {{ runId: string, agent?: string }} ActiveRun `agent` is known from a snapshot only.
 * @typedef {{ runId: string, messageId: string, text: string }} QueuedRun
 * @typedef {{ id: string, reason: string, message?: string, toolCallId?: string, responseSchema?: object }} Interrupt
 * @typedef {{ id: string, type: 'function', function: { name: string, arguments: string } }} ToolCall
 *
 * A message of a thread in AG-UI's shape. A message that changes is replaced by a new object, so that whoever
 * shows it can tell by identity what to draw again.
 * @typedef {object} Message
 * @property {string} id
 * @property {string} role `user`, `assistant`, `tool` or `reasoning`
 * @property {string} [content]
 * @property {ToolCall[]} [toolCalls]
 * @property {string} [toolCallId]
 * @property {string} [error]
 *
 * One AG-UI 1.0 event; the fields depend on `type`.
 * @typedef {{ type: string, [field: string]: any }} AgUiEvent
 *
 * What the session wants done.
 * @typedef {{ do: 'connect', link: number, delayMs: number, resume?: string }} ConnectEffect `resume`: the token of the latest `welcome`, for the same server only.
 * @typedef {{ do: 'send', link: number, command: Command }} SendEffect
 * @typedef {{ do: 'close', link: number, code: number }} CloseEffect
 * @typedef {{ do: 'drop', link: number }} DropEffect Throw the connection away: it is dead, or was not open yet.
 * @typedef {{ do: 'refreshToken' }} RefreshTokenEffect
 * @typedef {{ do: 'answered', id: CommandId, answer: Answer | null }} AnsweredEffect Null: the thread is followed.
 * @typedef {{ do: 'failed', id: CommandId, code: string, message: string }} FailedEffect
 * @typedef {{ do: 'changed', threadId: string, by: Events | Snapshot | null }} ChangedEffect Null: the thread is new.
 * @typedef {{ do: 'unfollowed', threadId: string, code: string, message: string }} UnfollowedEffect
 * @typedef {{ do: 'refused', code: string, message: string }} RefusedEffect An error that concerns no command.
 * @typedef {{ do: 'state', state: ConnectionState }} StateEffect
 * @typedef {ConnectEffect | SendEffect | CloseEffect | DropEffect | RefreshTokenEffect | AnsweredEffect | FailedEffect
 *   | ChangedEffect | UnfollowedEffect | RefusedEffect | StateEffect} Effect
 *
 * @typedef {object} ConnectionState
 * @property {'stopped' | 'connecting' | 'connected' | 'waiting'} name
 * @property {number} [retryAt] `waiting`: when the next attempt is made, on the session's clock; absent if a token is awaited.
 * @property {string} [node] `connecting` and `waiting`: what a server that is starting waits for, if it said so.
 * @property {number} [code] `stopped`: the close code with which the server ended the session.
 */

export {};
