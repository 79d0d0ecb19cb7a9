/*
 * keep.h
 *	  Which backups retention keeps.
 *
 * Pure: the caller lists the backups and removes those that are not kept.
 */
#ifndef DBC_BACKUP_KEEP_H
#define DBC_BACKUP_KEEP_H

#include "common/core/host.h"

/* The rules as options; for DBC_OPTIONS(). */
#define DBC_KEEP_RULES(O)         \
	O(keep_days, INT, 1, 36500)   \
	O(keep_last, INT, 1, 1000000) \
	O(daily, INT, 1, 36500)       \
	O(weekly, INT, 1, 5200)       \
	O(monthly, INT, 1, 1200)      \
	O(archive, TEXT, .engines = DBC_ON_POSTGRESQL)

typedef struct dbc_keep_rules
{
	int64_t days;	/* all that are not older, at most 36500; 0: no such rule */
	int64_t last;	/* so many of the newest */
	int64_t daily;	/* the newest of each of so many days, in UTC, ... */
	int64_t weekly; /* ... ISO weeks ... */
	int64_t monthly; /* ... and months that have a backup */
	int64_t now_ms;
} dbc_keep_rules;

typedef struct dbc_keep_backup
{
	const char *name;
	int64_t at_ms; /* since 1970 */
	bool good;	   /* complete, and not found damaged */
	int parent;	   /* its place in the list; -1: none */

	/* results */
	bool kept;
	const char *reason; /* a few words; NULL if not kept */
} dbc_keep_backup;

/* Judges the backups, sorted by time, oldest first.  Kept are those that a rule
 * names, those that a kept one needs, and always the newest good one with what
 * it needs.  Only good ones count for the rules of numbers. */
extern void dbc_backup_keep(dbc_host *host, const dbc_keep_rules *rules,
							dbc_keep_backup *backups, int nbackups);

#endif /* DBC_BACKUP_KEEP_H */
