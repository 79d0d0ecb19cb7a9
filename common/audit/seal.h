/*
 * seal.h
 *	  Sealed segments of the log.
 *
 * A segment is a number of entries of transactions that have ended, with the
 * hash of each entry, its leaf, and one hash over these and the segment before,
 * its root.  Writers of the log are not involved.
 */
#ifndef DBC_AUDIT_SEAL_H
#define DBC_AUDIT_SEAL_H

#include "common/core/text.h"

/* The most entries of a segment. */
#define DBC_SEAL_ENTRIES 4096

/* ---- salts ---- */

#define DBC_SALT_LEVELS 24

typedef struct dbc_audit_node
{
	uint64_t number;
	const char *key;
} dbc_audit_node;

typedef struct dbc_audit_salts
{
	dbc_host *host;
	dbc_audit_node *nodes; /* in the order of their salts */
	int count;
	bool is_strange; /* it was read from a text that dbcare does not write */
	uint64_t last;	 /* the last salt, and the keys above it */
	const char *way[DBC_SALT_LEVELS + 1];
	uint64_t *erased; /* until dbc_audit_drop_salts() */
	int nerased;
} dbc_audit_salts;

extern void dbc_audit_read_salts(dbc_host *host, dbc_audit_salts *salts,
								 const char *text);
extern const char *dbc_audit_write_salts(const dbc_audit_salts *salts);

/* The salt of a value of an entry, both by their place; NULL if it was
 * erased. */
extern const char *dbc_audit_salt(dbc_audit_salts *salts, int entry, int value);

/* Marks a salt; dbc_audit_drop_salts() erases all that are marked. */
extern void dbc_audit_erase_salt(dbc_audit_salts *salts, int entry, int value);
extern void dbc_audit_drop_salts(dbc_audit_salts *salts);

/* ---- entries ---- */

/* Columns of an entry in audit/unsealed.sql and audit/sealed.sql. */
enum
{
	DBC_ENTRY_ID,
	DBC_ENTRY_TRANSACTION,
	DBC_ENTRY_NEXT, /* [PG] the first transaction that had not begun */
	DBC_ENTRY_AT,
	DBC_ENTRY_CHANGED = 15
};

/* A value of an entry: a member of its JSON object. */
typedef struct dbc_audit_member
{
	const char *name; /* JSON */
	size_t name_length;
	const char *value; /* JSON */
	size_t value_length;
} dbc_audit_member;

/* The end of the JSON value that starts at text. */
extern const char *dbc_audit_end_of_value(const char *text);

/* Reads the member that starts at *text, which ends the one before, and sets
 * *text to its end; false if there is none, or another text than dbcare
 * writes. */
extern bool dbc_audit_next_member(const char **text, dbc_audit_member *member);

/* Whether the value was erased after it was sealed; its hash is then stored
 * instead. */
extern bool dbc_audit_is_erased(const dbc_audit_member *member);

/* The hash of a value that has a salt. */
extern const char *dbc_audit_hash_value(dbc_host *host, const char *salt,
										const dbc_audit_member *member);

/* The leaf of the entry with a place in its segment; cells are the columns
 * above.  NULL if the salt of a value was erased and the value was not. */
extern const char *dbc_audit_leaf(dbc_host *host, const dbc_value *cells,
								  dbc_audit_salts *salts, int place);

/* Digits of a leaf: the first half of a hash. */
#define DBC_LEAF_DIGITS 32

/* Where an entry is sealed. */
typedef struct dbc_audit_sealed
{
	int64_t entry;
	int64_t seal;	  /* 0: it is not sealed */
	int place;		  /* in the segment, from 0 */
	const char *leaf; /* NULL: it is not sealed */
} dbc_audit_sealed;

/* Finds where entries with the given numbers are sealed; in any order. */
extern void dbc_audit_read_leaves(dbc_host *host, dbc_audit_sealed *entries,
								  int count);

/* ---- seals ---- */

/* Columns of audit/seals.sql. */
enum
{
	DBC_SEAL_ID,
	DBC_SEAL_AT,
	DBC_SEAL_CLUSTER,
	DBC_SEAL_EARLIER,
	DBC_SEAL_TO_TRANSACTION,
	DBC_SEAL_TO_ENTRY,
	DBC_SEAL_FIRST,
	DBC_SEAL_LAST,
	DBC_SEAL_LAST_AT,
	DBC_SEAL_COUNT,
	DBC_SEAL_TABLES, /* JSON: audit/table_states.sql */
	DBC_SEAL_DIGEST,
	DBC_SEAL_PREVIOUS,
	DBC_SEAL_ROOT, /* of the columns before */
	DBC_SEAL_KEPT  /* it has its leaves */
};
#define DBC_SEAL_SHAPE "ittiiiiitittttb"

/* The root of a seal with these columns. */
extern const char *dbc_audit_root(dbc_host *host, const dbc_value *cells);

#endif /* DBC_AUDIT_SEAL_H */
