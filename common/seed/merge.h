/*
 * merge.h
 *	  Applying seeds: what the files of the room share.
 */
#ifndef DBC_SEED_MERGE_H
#define DBC_SEED_MERGE_H

#include "common/seed/rows.h"
#include "common/seed/seed.h"

/* Columns of seed/rows.sql. */
enum
{
	DBC_SEED_I_KEY,
	DBC_SEED_I_WANTED,
	DBC_SEED_I_STORED
};

/* What was done with the rows of a seed. */
typedef struct dbc_seed_counts
{
	int64_t created;
	int64_t updated;
	int64_t unchanged;
	int64_t skipped;
	int64_t removed;
	int64_t conflicts;
	int64_t differences;
	int64_t errors;
} dbc_seed_counts;

/* A seed that is applied. */
typedef struct dbc_seed_work
{
	const dbc_seed *seed;
	dbc_seed_rows rows;
	bool is_flagged;		/* deleted rows are marked, and stay */
	const dbc_rows *links;	/* seed/foreign_keys.sql */
	const dbc_rows *images; /* seed/rows.sql */
	dbc_seed_counts counts;
	bool placed; /* in the order of all */
} dbc_seed_work;

/* A call. */
typedef struct dbc_seed_run
{
	const dbc_seed_request *request;
	dbc_seed_problems problems;
	dbc_json_node *passwords; /* that were generated */
	dbc_seed_work *works;
	int nworks;
	bool is_last; /* the last try: nothing is put off */
} dbc_seed_run;

/* A cell that is wanted. */
typedef struct dbc_seed_value
{
	const dbc_ops_column *column;
	dbc_seed_cell kind;
	const dbc_json_item *given;	 /* as in the seed */
	const dbc_json_item *wanted; /* what is written; of a secret NULL until it
									is needed */
	/* of a secret */
	const char *compared; /* the hash of the table that is_current is about */
	bool is_current;	  /* it is that of the password */
	const char *password; /* that was generated */
} dbc_seed_value;

static inline bool
dbc_seed_is_secret(const dbc_seed_value *value)
{
	return value->kind == DBC_SEED_HASH || value->kind == DBC_SEED_GENERATE;
}

/* A row that is applied. */
typedef struct dbc_seed_row
{
	dbc_seed_run *run;
	dbc_seed_work *work;
	int number; /* from 0 */
	dbc_seed_value *values;
	int nvalues;
	bool has_secrets;
	const dbc_json_item *base_wanted; /* as last seeded, or NULL */
	const dbc_json_item *base_stored;
	const char *base_wanted_text;
	const char *base_stored_text;
} dbc_seed_row;

/* A row as it is in the table. */
typedef struct dbc_seed_current
{
	bool exists;
	bool is_marked;			/* as deleted */
	const dbc_value *cells; /* of the values of the row */
	const dbc_value *equal; /* whether each is what is wanted */
} dbc_seed_current;

/* What became of a row. */
typedef enum dbc_seed_outcome
{
	DBC_SEED_DONE,
	DBC_SEED_PUT_OFF /* what it refers to is not there yet */
} dbc_seed_outcome;

/* ---- values.c ---- */

/* JSON text as an item. */
extern const dbc_json_item *dbc_seed_item(dbc_host *host, const char *json);

/* The values of a row with references resolved; false if one is missing. */
extern bool dbc_seed_resolve(dbc_host *host, dbc_seed_row *row);

/* Adds a problem of a row. */
extern void dbc_seed_note(dbc_host *host, const dbc_seed_row *row,
						  const char *kind, const dbc_ops_column *column,
						  const char *sqlstate, const char *message);

/* ---- image.c ---- */

/* Finds what is known of a row. */
extern void dbc_seed_find_image(dbc_host *host, dbc_seed_row *row);

/* Whether a cell is still as it was stored; false if that is not known. */
extern bool dbc_seed_is_untouched(dbc_host *host, const dbc_seed_row *row,
								  const dbc_seed_value *value,
								  const dbc_value *cell);

/* Whether the seed has another value than when it was applied. */
extern bool dbc_seed_is_changed(dbc_host *host, const dbc_seed_row *row,
								const dbc_seed_value *value);

/* Stores what is known of a row, unless it is known; kept tells for each value
 * whether it keeps what was known. */
extern void dbc_seed_store_image(dbc_host *host, const dbc_seed_row *row,
								 const dbc_seed_current *current,
								 const bool *kept);

/* ---- statement.c ---- */

/* Reads the row of the table. */
extern dbc_seed_current dbc_seed_read(dbc_host *host, const dbc_seed_row *row,
									  bool locks);

/* Inserts the row. */
extern void dbc_seed_insert(dbc_host *host, const dbc_seed_row *row);

/* Sets the chosen values; returns the number of rows. */
extern int64_t dbc_seed_update(dbc_host *host, const dbc_seed_row *row,
							   const bool *chosen);

/* Appends the condition that finds the row, with " where". */
extern void dbc_seed_add_key(dbc_ops_statement *s, const dbc_seed_row *row);

/* ---- secret.c ---- */

/* Compares the hashes of a row with the passwords that are wanted. */
extern void dbc_seed_compare_secrets(dbc_host *host, const dbc_seed_row *row,
									 dbc_seed_current *current);

/* Makes the hashes that are written: those of chosen values, or all. */
extern void dbc_seed_make_secrets(dbc_host *host, const dbc_seed_row *row,
								  const bool *chosen);

/* Puts the generated passwords of a row that was created into the result. */
extern void dbc_seed_show_passwords(dbc_host *host, const dbc_seed_row *row);

/* ---- merge.c ---- */

extern dbc_seed_outcome dbc_seed_merge(dbc_host *host, dbc_seed_run *run,
									   dbc_seed_work *work, int number);

/* ---- sync.c ---- */

/* Removes the rows that have left a seed. */
extern void dbc_seed_sync(dbc_host *host, dbc_seed_run *run,
						  dbc_seed_work *work);

/* ---- sequence.c ---- */

/* [PG] Sets the sequences of a table behind the values of a seed. */
extern void dbc_seed_set_sequences(dbc_host *host, dbc_seed_run *run,
								   const dbc_seed_work *work);

#endif /* DBC_SEED_MERGE_H */
