/*
 * adopt.h
 *	  Ledgers of other migration tools: which there are, what is in them, and
 *	  keeping one of them up to date while two tools are in use.
 *
 * All that differs between tools is data: the list in adopt/tools.c and, for
 * each tool, adopt/<tool>.sql, which reads its ledger, and where dbcare can
 * write it, adopt/<tool>_add.sql and adopt/<tool>_remove.sql.
 */
#ifndef DBC_ADOPT_ADOPT_H
#define DBC_ADOPT_ADOPT_H

#include "common/ledger/ledger.h"
#include "common/ledger/log.h"

/* How a version is made of what the ledger has. */
typedef enum dbc_adopt_naming
{
	DBC_N_VERSION, /* it is one; of a name that ends in .sql, what is before */
	DBC_N_FILE,	   /* a file's name that begins with it */
	DBC_N_NAME	   /* a name without order */
} dbc_adopt_naming;

/* Which versions dbcare can write into it. */
typedef enum dbc_adopt_mirror_kind
{
	DBC_MIRROR_NOT,		/* none: only the tool itself knows what to write */
	DBC_MIRROR_NUMBERS, /* those that are 64-bit integers */
	DBC_MIRROR_TEXTS,
	DBC_MIRROR_ALL /* repeatable ones, too */
} dbc_adopt_mirror_kind;

#define DBC_TOOL_COLUMNS 5

typedef struct dbc_adopt_tool
{
	const char *name;
	const char *table; /* its usual name, in lower case */
	dbc_adopt_naming naming;
	dbc_adopt_mirror_kind kept;
	const char *columns[DBC_TOOL_COLUMNS]; /* must be there; ended by NULL */
	bool alone;							   /* and no others */
	const char *beside; /* another table that tells it from its like, or NULL */
	bool only_last;		/* a row stands for all versions up to its own */
	const char *checksum; /* algorithm of what is written with it, or NULL */
} dbc_adopt_tool;

extern const dbc_adopt_tool dbc_adopt_tools[];
extern const int dbc_adopt_ntools;

/* Their names, ended by NULL. */
extern const char *const *dbc_adopt_tool_names(dbc_host *host);

/* The ledger of a tool in this database. */
struct dbc_adopt_ledger
{
	const dbc_adopt_tool *tool;
	const char *table;	/* as the user would write it */
	const char *schema; /* only of one that was just found */
};

typedef enum dbc_adopt_ledger_state
{
	DBC_OLD_APPLIED,
	DBC_OLD_FAILED,
	DBC_OLD_UNDONE,
	DBC_OLD_BASELINE /* no migration: stands for all up to its version */
} dbc_adopt_ledger_state;

/* What a ledger says of one version. */
typedef struct dbc_adopt_ledger_row
{
	const char *key;	 /* as it is in the ledger */
	const char *version; /* as dbcare knows it */
	const char *name;
	const char *applied_at; /* or NULL */
	const char *applied_by; /* or NULL */
	const char *checksum;	/* "<algorithm>:<value>", or NULL */
	dbc_adopt_ledger_state state;
	int place;				  /* in the ledger */
	dbc_migration *migration; /* of the list it was matched with, or NULL */
} dbc_adopt_ledger_row;

typedef struct dbc_adopt_ledger_rows
{
	dbc_adopt_ledger_row *items; /* in the order of the ledger */
	int count;
	dbc_adopt_ledger_row *
		*of; /* once matched: what says that a migration of the list
			  * is applied, or has failed; NULL where nothing does */
} dbc_adopt_ledger_rows;

/* ---- adopt/find.c ---- */

/*
 * The one ledger there is, of the tool of that name and in that table if they
 * are not NULL.  Fails if there is none, and if there are several.
 */
extern dbc_adopt_ledger dbc_adopt_find_ledger(dbc_host *host, const char *tool,
											  const char *table);

/* Whether the table of a ledger is there, and then why it cannot be read, or
 * NULL. */
extern bool dbc_adopt_ledger_exists(dbc_host *host,
									const dbc_adopt_ledger *ledger,
									const char **problem);

/* Fails for a ledger that cannot be read. */
extern _Noreturn void dbc_adopt_refuse_ledger(dbc_host *host,
											  const dbc_adopt_ledger *ledger,
											  const char *sqlstate,
											  const char *problem);

/* ---- adopt/read.c ---- */

/* What is in a ledger; what was undone is not. */
extern dbc_adopt_ledger_rows
dbc_adopt_read_ledger(dbc_host *host, const dbc_adopt_ledger *ledger);

/* Finds the migrations of a list that the rows are about. */
extern void dbc_adopt_match_ledger(dbc_host *host,
								   const dbc_adopt_ledger *ledger,
								   dbc_adopt_ledger_rows *rows,
								   const dbc_migrations *list);

/* The text of an embedded statement of a tool, with what its words stand for;
 * pairs are words and what they stand for in SQL, ended by NULL. */
extern const char *dbc_adopt_ledger_sql(dbc_host *host,
										const dbc_adopt_ledger *ledger,
										const char *suffix,
										const char *const *pairs);

/* ---- adopt/checksum.c ---- */

/* A checksum like another one, of a text; NULL if dbcare cannot make it. */
extern const char *dbc_adopt_make_checksum(dbc_host *host, const char *like,
										   const char *text);

/* ---- adopt/record.c ---- */

/* Notes in dbcare's own ledger what a row says; list is what was there.  The
 * text that is registered is taken for the one that ran unless the checksum
 * tells that it is not. */
extern void dbc_adopt_record(dbc_host *host, dbc_ledger_log *log,
							 const dbc_adopt_ledger *ledger,
							 const dbc_adopt_ledger_row *row,
							 const dbc_migration *migration);

/* Takes the text that is registered now for what another tool has run, if it
 * was adopted without text and its checksum does not tell otherwise. */
extern void dbc_adopt_take_text(dbc_host *host, const char *version);

/* The text registered for a migration. */
extern const char *dbc_adopt_registered_text(dbc_host *host,
											 const char *version);

/* ---- adopt/mirror.c ---- */

/* Makes a list say what the ledger that is kept says. */
extern void dbc_adopt_read_mirror(dbc_host *host, dbc_migrations *list);

/* Notes in dbcare's ledger and history what the other tool has done since. */
extern bool dbc_adopt_record_mirror(dbc_host *host, const char *actor);

/* Fails if the ledger which is kept cannot tell that a migration is applied, or
 * is no longer. */
extern void dbc_adopt_check_mirror(dbc_host *host, const dbc_migrations *list,
								   const dbc_migration *migration,
								   bool applied);

/* Writes into the ledger that is kept, if one is, that a migration is applied
 * or no longer; how long that took may be NULL. */
extern void dbc_adopt_write_mirror(dbc_host *host, const dbc_migrations *list,
								   const dbc_migration *migration, bool applied,
								   const char *actor,
								   const dbc_value *duration_ms);

#endif /* DBC_ADOPT_ADOPT_H */
