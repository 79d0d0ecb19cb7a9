/*
 * follow_options.h
 *	  Options of continuous backup; of dbbackup_follow() alone: file.
 */
#ifndef DBC_BACKUP_FOLLOW_OPTIONS_H
#define DBC_BACKUP_FOLLOW_OPTIONS_H

#include "common/core/options.h"

#define DBC_FOLLOW_OPTIONS(O)       \
	O(compress, BOOL)               \
	O(confirm, TEXT)                \
	O(directory, TEXT)              \
	O(encrypt, OBJECT)              \
	O(keep, OBJECT)                 \
	O(snapshot_hours, INT, 1, 8760) \
	O(snapshot_mb, INT, 1, INT64_C(1) << 30)

#endif /* DBC_BACKUP_FOLLOW_OPTIONS_H */
