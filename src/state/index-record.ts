export type { IndexRecord, OwnedEntity } from '../model/index-record.js';
