/** A connection, as better-sqlite3 and node:sqlite have it. */
interface Connection {
	loadExtension(path: string): unknown;
}

/** Path of the SQLite extension. */
export declare function getLoadablePath(): string;

/** Loads the extension into a connection. */
export declare function load(db: Connection): void;
