/*
 * anchor.h
 *	  A file outside the database with the ends of a log.
 */
#ifndef DBC_POSIX_LEDGER_ANCHOR_H
#define DBC_POSIX_LEDGER_ANCHOR_H

/* Appends a line, and waits until it is on disk; returns why that failed, or
 * NULL.  reason has room for such a text. */
extern const char *dbc_posix_append_anchor(const char *path, long long number,
										   const char *root, char reason[256]);

#endif /* DBC_POSIX_LEDGER_ANCHOR_H */
