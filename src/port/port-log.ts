/** The part of a pino logger that this folder uses. Normal operation logs nothing above `debug`. */
export interface PortLog {
  debug(data: object, message: string): void;
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
}

export const silentLog: PortLog = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
};
