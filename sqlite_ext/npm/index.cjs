"use strict";

// Path of the SQLite extension, which is in a package for each platform.
function getLoadablePath() {
	const platform = `${process.platform}-${process.arch}`;

	try {
		return require.resolve(`dbcare-${platform}/dbcare.so`);
	} catch (error) {
		throw new Error(
			`dbcare has no prebuilt library for ${platform}, or the package ` +
			`dbcare-${platform} was not installed. Build it with "make sqlite" ` +
			`and load sqlite_ext/dbcare.so.`, { cause: error });
	}
}

// Loads it into a connection of better-sqlite3 or node:sqlite.
function load(db) {
	db.loadExtension(getLoadablePath());
}

module.exports = { getLoadablePath, load };
