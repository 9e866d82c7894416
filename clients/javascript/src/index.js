export { GatehouseClient } from './client.js';
export { CommandError } from './command-error.js';
export { closeAction, ERROR_CODES, LOCAL_CODES, mayRetry } from './codes.js';
export { Session } from './session.js';
export { ThreadReplica } from './thread-replica.js';
