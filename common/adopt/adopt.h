/*
 * adopt.h
 *	  Ledgers of other migration tools: finding them, reading them, and
 *	  mirroring migrations to one of them while both tools are in use.
 *
 * Everything that differs between tools is data: the list in adopt/tools.c and,
 * for each tool, adopt/<tool>.sql, which reads its ledger, and, if dbcare can
 * write that ledger, adopt/<tool>_add.sql and adopt/<tool>_remove.sql.
 */
#ifndef DBC_ADOPT_ADOPT_H
#define DBC_ADOPT_ADOPT_H

#include "common/ledger/ledger.h"
#include "common/ledger/log.h"

/* How the key of a ledger row gives the version. */
typedef enum dbc_adopt_naming
{
	DBC_N_VERSION, /* the key is the version, or <version>.sql */
	DBC_N_FILE,	   /* a file name that begins with the version */
	DBC_N_NAME,	   /* a name without an order */
	DBC_N_TEXT	   /* the checksum of the text, which alone tells the version */
} dbc_adopt_naming;

/* The versions that dbcare can write into a ledger. */
typedef enum dbc_adopt_mirror_kind
{
	DBC_MIRROR_NOT,		/* none: only the tool can compute its rows */
	DBC_MIRROR_NUMBERS, /* versions that are 64-bit integers */
	DBC_MIRROR_TEXTS,
	DBC_MIRROR_ALL /* all, repeatable migrations included */
} dbc_adopt_mirror_kind;

#define DBC_TOOL_COLUMNS 5

typedef struct dbc_adopt_tool
{
	const char *name;
	const char *table; /* default name of the ledger, in lower case */
	dbc_adopt_naming naming;
	dbc_adopt_mirror_kind mirrored;
	const char *columns[DBC_TOOL_COLUMNS]; /* required; ends with NULL */
	bool no_others;						   /* the ledger has no other columns */
	const char *companion; /* another table that identifies the tool */
	bool only_last;		   /* a row stands for all versions up to its own */
	const char *checksum;  /* algorithm of the checksum column, or NULL */
	bool can_create; /* dbcare can create the ledger, which scripts may use */
} dbc_adopt_tool;

extern const dbc_adopt_tool dbc_adopt_tools[];
extern const int dbc_adopt_ntools;

/* The names of the tools, ending with NULL. */
extern const char *const dbc_adopt_tool_names[];

/* The ledger of a tool in this database. */
struct dbc_adopt_ledger
{
	const dbc_adopt_tool *tool;
	const char *table;	/* as the user would write it */
	const char *schema; /* set by dbc_adopt_find_ledger() only */
};

typedef enum dbc_adopt_ledger_state
{
	DBC_OLD_APPLIED,
	DBC_OLD_FAILED,
	DBC_OLD_UNDONE,
	DBC_OLD_BASELINE /* no migration: stands for all versions up to it */
} dbc_adopt_ledger_state;

/* A row of a ledger. */
typedef struct dbc_adopt_ledger_row
{
	const char *key;	 /* as stored in the ledger */
	const char *version; /* as dbcare writes it */
	const char *name;
	const char *applied_at; /* or NULL */
	const char *applied_by; /* or NULL */
	const char *checksum;	/* "<algorithm>:<value>", or NULL */
	dbc_adopt_ledger_state state;
	int place;				  /* row number in the ledger */
	dbc_migration *migration; /* the matching migration, or NULL */
} dbc_adopt_ledger_row;

typedef struct dbc_adopt_ledger_rows
{
	dbc_adopt_ledger_row *items; /* in the order of the ledger */
	int count;
	dbc_adopt_ledger_row *
		*of; /* after matching: the row of each migration, or NULL */
} dbc_adopt_ledger_rows;

/* ---- adopt/find.c ---- */

/*
 * The only ledger in the database; tool and table limit the search if they are
 * not NULL.  Fails if there is no ledger, or more than one.
 */
extern dbc_adopt_ledger dbc_adopt_find_ledger(dbc_host *host, const char *tool,
											  const char *table);

/* The tool with this name, if dbcare can create its ledger and no table has
 * that one's name; else NULL. */
extern const dbc_adopt_tool *dbc_adopt_tool_without_ledger(dbc_host *host,
														   const char *name);

/* Whether the table of a ledger exists; problem is set to the reason why it
 * cannot be read, or NULL. */
extern bool dbc_adopt_ledger_exists(dbc_host *host,
									const dbc_adopt_ledger *ledger,
									const char **problem);

/* Fails for a ledger that cannot be read. */
extern _Noreturn void dbc_adopt_refuse_ledger(dbc_host *host,
											  const dbc_adopt_ledger *ledger,
											  const char *sqlstate,
											  const char *problem);

/* ---- adopt/read.c ---- */

/* The rows of a ledger, without migrations that were rolled back. */
extern dbc_adopt_ledger_rows
dbc_adopt_read_ledger(dbc_host *host, const dbc_adopt_ledger *ledger);

/* Matches the rows with the migrations of a list. */
extern void dbc_adopt_match_ledger(dbc_host *host,
								   const dbc_adopt_ledger *ledger,
								   dbc_adopt_ledger_rows *rows,
								   const dbc_migrations *list);

/* The text of an embedded statement of a tool with its macros expanded; pairs
 * are names of macros and their SQL, ending with NULL. */
extern const char *dbc_adopt_ledger_sql(dbc_host *host,
										const dbc_adopt_ledger *ledger,
										const char *suffix,
										const char *const *pairs);

/* ---- adopt/checksum.c ---- */

/* The checksum of a text by the algorithm of another checksum; NULL if dbcare
 * does not implement that algorithm. */
extern const char *dbc_adopt_make_checksum(dbc_host *host, const char *like,
										   const char *text);

/* ---- adopt/record.c ---- */

/* Records a row in dbcare's own ledger; migration is the entry of the list, or
 * NULL.  The registered text counts as the applied one unless the checksum
 * differs. */
extern void dbc_adopt_record(dbc_host *host, dbc_ledger_log *log,
							 const dbc_adopt_ledger *ledger,
							 const dbc_adopt_ledger_row *row,
							 const dbc_migration *migration);

/* Takes the registered text as the applied one, if the migration was adopted
 * without a text and its checksum does not differ. */
extern void dbc_adopt_take_text(dbc_host *host, const char *version);

/* The text registered for a migration. */
extern const char *dbc_adopt_registered_text(dbc_host *host,
											 const char *version);

/* ---- adopt/mirror.c ---- */

/* Creates the ledger of a tool where the caller's tables go. */
extern void dbc_adopt_create_ledger(dbc_host *host, const dbc_adopt_tool *tool);

/* Updates a list from the mirrored ledger. */
extern void dbc_adopt_read_mirror(dbc_host *host, dbc_migrations *list);

/* Records the changes of the other tool in dbcare's ledger and log, if any. */
extern bool dbc_adopt_record_mirror(dbc_host *host, const char *actor);

/* Fails if the mirrored ledger cannot record that a migration is applied, or no
 * longer applied. */
extern void dbc_adopt_check_mirror(dbc_host *host, const dbc_migrations *list,
								   const dbc_migration *migration,
								   bool applied);

/* Writes to the mirrored ledger, if there is one, that a migration is applied
 * or no longer applied; duration_ms may be NULL. */
extern void dbc_adopt_write_mirror(dbc_host *host, const dbc_migrations *list,
								   const dbc_migration *migration, bool applied,
								   const char *actor,
								   const dbc_value *duration_ms);

#endif /* DBC_ADOPT_ADOPT_H */
