/*
 * verbs.h
 *	  The verbs of the command, declared in verbs.def: parsing, help, completion
 *	  and the manual are made from that table.
 */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

#include "cli/database.h"
#include "cli/show.h"
#include "cli/text.h"

/* Exit codes. */
#define CLI_SOUND	 0
#define CLI_FINDINGS 1
#define CLI_ERROR	 2

/* What a word of the command line becomes. */
typedef enum cli_kind
{
	CLI_ON,		/* switch: true */
	CLI_OFF,	/* switch: false */
	CLI_WORD,	/* text */
	CLI_NUMBER, /* number */
	CLI_LIST,	/* list of texts, separated by commas; can be repeated */
	CLI_VALUE,	/* JSON */
	CLI_PAIR,	/* NAME=VALUE, a member of an object; can be repeated */
	CLI_CONTENT /* text, or @FILE that has it */
} cli_kind;

/* An argument or a flag of a verb. */
typedef struct cli_item
{
	const char *name;	/* "--to"; of an argument what help calls it */
	const char *value;	/* what help calls the value; NULL of a switch */
	const char *target; /* argument or option of the function; NULL: the verb's
						   code reads it */
	cli_kind kind;
	bool required; /* of an argument */
	const char *doc;
	char letter; /* short form of a flag of all verbs, or 0 */
} cli_item;

/* What besides a failure makes the exit code other than CLI_SOUND. */
typedef enum cli_outcome
{
	CLI_ALWAYS_SOUND,
	CLI_ANY_ROW,		/* each row is a finding */
	CLI_ANY_DIFFERENCE, /* a number that is not 0 */
	CLI_ANY_SEVERITY,	/* rows of severity warning, error or critical */
	CLI_NOT_SUCCESS,	/* a document with success or ok that is not true, a
						   number of failed steps that is not 0, or a list
						   of what is unknown that is not empty */
	CLI_NOT_HEALTHY /* the status of a report, which the verb's code reads */
} cli_outcome;

/* Properties of a verb. */
#define CLI_CREATES	 1 /* makes the SQLite file if it does not exist */
#define CLI_DESTROYS 2 /* asks before it runs */
#define CLI_CONFIRMS 4 /* the function wants confirm in production */
#define CLI_PREVIEWS \
	8					/* the function only lists what it would do unless \
						  dry_run is false */
#define CLI_OFFLINE	 16 /* opens no database, or does so itself */
#define CLI_NAMES	 32 /* asks for the name of the database everywhere */
#define CLI_FORESEES 64 /* takes a SQLite file that does not exist for empty */

typedef struct cli_invocation cli_invocation;

typedef struct cli_verb
{
	const char *name;
	const char *group;
	const char *function; /* NULL if run does all */
	int (*run)(cli_invocation *invocation);
	int properties;
	cli_outcome outcome;
	const char *summary;
	const cli_item *items; /* ended by a name of NULL */
} cli_verb;

/* A command line that was read. */
struct cli_invocation
{
	const cli_verb *verb;
	const char *database; /* of --db, or NULL */
	cli_format format;
	bool quiet;
	bool yes;
	const char *confirm; /* of --confirm, or NULL */
	const char **given;	 /* per item; NULL if it is not there */
	const char **more;	 /* arguments after those of the verb; ended by NULL */
	cli_text options;	 /* members of the function's options */
	const char **args;	 /* of the function; without the options */
	bool prepared;		 /* args and options are complete */
	cli_database db;
};

extern const cli_verb cli_verbs[]; /* ended by a name of NULL */
extern const cli_item cli_globals[];

extern const cli_verb *cli_find_verb(const char *name);

/* Reads a command line; prints what is wrong with it and returns false. */
extern bool cli_read_arguments(int argc, char **argv,
							   cli_invocation *invocation);

/* Adds KEY=VALUE to the options of the function; prints what is wrong with it
 * and returns false. */
extern bool cli_read_option(cli_invocation *invocation, const char *word);

/* The value of an item, "" for a switch, members of an object for pairs; NULL if it was not given. */
extern const char *cli_given(const cli_invocation *invocation,
							 const char *name);

/* Whether value is a flag of the verb's function that makes it only list what
 * it would do. */
extern bool cli_is_dry_run(const cli_invocation *invocation);

/* Sets an argument of the verb's function by its name, or an option. */
extern void cli_set_argument(cli_invocation *invocation, const char *name,
							 const char *text);
extern void cli_set_option(cli_invocation *invocation, const char *key,
						   const char *json);

/* Completes arguments and options of the verb's function from what was given; prints
 * what is wrong and returns false. */
extern bool cli_prepare_call(cli_invocation *invocation);

/* Asks, or looks for --yes and --confirm, if the verb destroys something;
 * prints why it must not run and returns false. */
extern bool cli_may_run(cli_invocation *invocation);

/* Calls the verb's function with what was given; the error is in db. */
extern bool cli_try_verb(cli_invocation *invocation, cli_result *result);

/* The same, and prints the error. */
extern bool cli_call_verb(cli_invocation *invocation, cli_result *result);

/* Shows a result, unless it is for people and --quiet was given. */
extern void cli_show_result(const cli_invocation *invocation,
							const cli_result *result);

/* The exit code of a result. */
extern int cli_judge(const cli_invocation *invocation,
					 const cli_result *result);

/* Calls, shows and judges: what verbs without code do. */
extern int cli_run_verb(cli_invocation *invocation);

/* Prints the error of a call and what it leaves behind; returns CLI_ERROR. */
extern int cli_fail(cli_invocation *invocation, const char *function);

/* The folder of migrations. */
extern const char *cli_folder_of(const cli_invocation *invocation);

/* Runs the code of a verb with the files of the folder registered, and undoes
 * that. */
extern int cli_run_compared(cli_invocation *invocation,
							int (*run)(cli_invocation *));

/* Registers the folder of migrations in a transaction whose end is up to the
 * caller; prints why it cannot. */
extern bool cli_begin_with_folder(cli_invocation *invocation);

/* As cli_find_target() for the verb lint, which needs no database with
 * --dialect. */
extern bool cli_find_lint_target(const cli_invocation *invocation,
								 cli_target *target);

/* The code of verbs that do more. */
extern int cli_run_new(cli_invocation *invocation);
extern int cli_run_status(cli_invocation *invocation);
extern int cli_run_load(cli_invocation *invocation);
extern int cli_run_planned(cli_invocation *invocation);
extern int cli_run_verify(cli_invocation *invocation);
extern int cli_run_rollback(cli_invocation *invocation);
extern int cli_run_migrate(cli_invocation *invocation);
extern int cli_run_deploy(cli_invocation *invocation);
extern int cli_run_registered(cli_invocation *invocation);
extern int cli_run_call(cli_invocation *invocation);
extern int cli_run_lint(cli_invocation *invocation);
extern int cli_run_test(cli_invocation *invocation);
extern int cli_run_diff(cli_invocation *invocation);
extern int cli_run_schema(cli_invocation *invocation);
extern int cli_run_health(cli_invocation *invocation);
extern int cli_run_report(cli_invocation *invocation);
extern int cli_run_monitor(cli_invocation *invocation);
extern int cli_run_fleet(cli_invocation *invocation);
extern int cli_run_pools(cli_invocation *invocation);
extern int cli_run_serve(cli_invocation *invocation);
extern int cli_run_backup(cli_invocation *invocation);
extern int cli_run_directory(cli_invocation *invocation);
extern int cli_run_restore(cli_invocation *invocation);
extern int cli_run_archive_wal(cli_invocation *invocation);
extern int cli_run_salvage(cli_invocation *invocation);
extern int cli_run_follow(cli_invocation *invocation);
extern int cli_run_init(cli_invocation *invocation);
extern int cli_run_export(cli_invocation *invocation);
extern int cli_run_sync(cli_invocation *invocation);
extern int cli_run_settings(cli_invocation *invocation);
extern int cli_run_setup(cli_invocation *invocation);
extern int cli_run_doctor(cli_invocation *invocation);
extern int cli_run_help(cli_invocation *invocation);
extern int cli_run_completion(cli_invocation *invocation);

#endif /* CLI_VERBS_H */
