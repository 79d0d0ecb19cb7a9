/*
 * host.h
 *	  The host interface of the check room, in addition to core/host.h.
 */
#ifndef DBC_CHECK_HOST_H
#define DBC_CHECK_HOST_H

#include "common/core/host.h"

typedef struct dbc_check_task dbc_check_task; /* see check/check.h */
typedef struct dbc_check_result dbc_check_result;
typedef struct dbc_check_data_rule dbc_check_data_rule;
typedef struct dbc_check_row_violation
	dbc_check_row_violation; /* see check/row.h */

struct dbc_json_node;

/* An entry of an index whose row may be lost. */
typedef struct dbc_check_entry
{
	int64_t block;
	int64_t item;
	const char *const *key; /* its values as text, null ones NULL; or NULL */
	const char *text;		/* the same as COPY writes it */
	bool is_found;			/* the row is known all the same */
} dbc_check_entry;

typedef struct dbc_check_entries
{
	const char *index; /* NULL: there is none */
	bool is_key;	   /* it is unique, over columns */
	const char **columns;
	int nkeys;
	dbc_check_entry *list;
	int count;
	/* without an index: blocks that are empty */
	int64_t *empty;
	int nempty;
} dbc_check_entries;

/* More than the rows of a block, of the largest size. */
#define DBC_BLOCK_ROWS 1200

/* Blocks of a table, or a row of one. */
typedef struct dbc_check_range
{
	int64_t first;
	int64_t end;  /* the block after the last one */
	int64_t item; /* place of a row in the first block; 0: all */
} dbc_check_range;

/* Values of a row as text, null ones NULL. */
typedef struct dbc_check_texts
{
	const char *const *columns; /* their names */
	const char *const *values;
	int count;
} dbc_check_texts;

/* What dbcheck_salvage() is to do. */
typedef struct dbc_check_salvage
{
	const char *source;		 /* the damaged file */
	const char *destination; /* a new file */
	const char *restored;	 /* file restored from a backup, or NULL */
} dbc_check_salvage;

typedef struct dbc_check_host
{
	/* All user tables, even those the caller may not read, by schema and
	 * name. */
	const dbc_relation *(*tables)(dbc_host *host, int *ntables);

	/* Verifies the rows of one table in the caller's snapshot against declared
	 * constraints and the references and rules of the task, in one pass where
	 * possible.  Returns *nresults results: declared constraints by kind and
	 * name, then references and rules in the order of the task.  If a
	 * constraint cannot be verified, its result has a reason.  Sets of keys use
	 * at most task->memory bytes, which are freed on return. */
	const dbc_check_result *(*verify)(dbc_host *host,
									  const dbc_check_task *task,
									  int *nresults);

	/* Fails unless expression, condition and assignments, unless NULL, are
	 * valid SQL over the columns of the table: one expression, one condition,
	 * the SET list of an UPDATE. Evaluates none of them.  [PG] Rules run as the
	 * owner of the table, so the caller must have the owner's rights. */
	void (*try_rule)(dbc_host *host, const dbc_relation *table,
					 const dbc_check_data_rule *rule, const char *assignments);

	/* Tests a row, given as a JSON object with a member per column, and returns
	 * *nviolations reasons why the table would not accept it, in the order of
	 * the columns.  Nothing is inserted, no trigger fires, no sequence
	 * advances.  Constraints on values that are unknown before the insert, such
	 * as some defaults, are not tested. */
	const dbc_check_row_violation *(*inspect)(dbc_host *host,
											  const dbc_relation *table,
											  const char *row,
											  int *nviolations);

	/* Why rows of a table, or of its partitions, are lost: which of its pages
	 * are damaged; NULL if none is known to be.  Reads all of them.  [PG] Pages
	 * of zeros that a B-tree index points to; other damage makes reading fail.
	 * The table is named as the user would write it, or [PG] by its OID. */
	const char *(*find_lost)(dbc_host *host, const char *table);

	/* [PG] Text of a table, by its OID, that is not valid in the encoding of
	 * the database; NULL if there is none.  SQLite is asked by SQL. */
	const char *(*find_bad_text)(dbc_host *host, const char *oid);

	/* [PG] Entries of the key of a table, or else of another B-tree index,
	 * whose blocks are listed, empty, or behind the end; none with nbad below
	 * 0. */
	void (*lost_entries)(dbc_host *host, const dbc_relation *table,
						 const int64_t *bad, int nbad,
						 dbc_check_entries *found);

	/* [PG] Returns the last place of a row in a block of a table, and marks
	 * those, from 1, that a query must not read: the row lies outside its page.
	 * Fails if the block cannot be read. */
	int (*mark_unsound)(dbc_host *host, int64_t oid, int64_t block,
						bool marked[DBC_BLOCK_ROWS]);

	/* [PG] Makes a table that has the values of another one, by its OID, and
	 * runs no code; the key may be NULL. */
	void (*make_plain)(dbc_host *host, int64_t oid, const dbc_relation *to,
					   const dbc_check_entries *key);

	/* [PG] Copies rows to such a table, and returns how many. */
	int64_t (*copy_rows)(dbc_host *host, int64_t oid, const dbc_relation *to,
						 const dbc_check_range *range);

	/* [PG] Whether it has a row with a key; and adding a row. */
	bool (*has_plain)(dbc_host *host, const dbc_relation *to,
					  const dbc_check_texts *key);
	void (*put_plain)(dbc_host *host, const dbc_relation *to,
					  const dbc_check_texts *row);

	/* [PG] Lets the owner of the other table have it. */
	void (*give_plain)(dbc_host *host, int64_t oid, const dbc_relation *to);

	/* Saves the rows of a damaged file in a new one, and reports them.  A
	 * failure leaves no new file.  [SQLite] */
	void (*salvage)(dbc_host *host, const dbc_check_salvage *call,
					struct dbc_json_node *result);
} dbc_check_host;

#endif /* DBC_CHECK_HOST_H */
