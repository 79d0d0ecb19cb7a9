/*
 * check.h
 *	  Verifying rows: the task passed to verify(), and the results it returns.
 */
#ifndef DBC_CHECK_CHECK_H
#define DBC_CHECK_CHECK_H

#include "common/check/host.h"
#include "common/core/options.h"

/* Kinds of what a row can violate, in the order they are reported. */
typedef enum dbc_check_constraint_kind
{
	DBC_K_PRIMARY_KEY,
	DBC_K_UNIQUE,
	DBC_K_EXCLUSION,
	DBC_K_FOREIGN_KEY,
	DBC_K_NOT_NULL,
	DBC_K_CHECK,
	DBC_K_TYPE, /* a domain, or a type of SQLite's */
	DBC_K_RULE, /* not declared; last */
	DBC_NKINDS
} dbc_check_constraint_kind;

/* Names in SQL of those that are declared, ended by NULL. */
extern const char *const dbc_check_constraint_kind_names[DBC_K_RULE + 1];

/* All of these, as a bit 1 << kind each. */
#define DBC_ALL_KINDS ((1u << DBC_K_RULE) - 1)

/* A foreign key that is not declared. */
typedef struct dbc_check_reference
{
	const char *column; /* of the table that is verified */
	const dbc_relation *parent;
	const char *parent_column;
} dbc_check_reference;

/* What every row of which condition is not false or null must satisfy; a null
 * satisfies it. */
typedef struct dbc_check_data_rule
{
	const char *name;
	const char *expression;
	const char *condition; /* NULL: all rows */
} dbc_check_data_rule;

struct dbc_check_task
{
	const dbc_relation *table;
	unsigned kinds;			  /* bit 1 << kind per kind to verify */
	const char *const *names; /* of declared constraints, ended by NULL; NULL:
							   * all */
	const dbc_check_reference *references;
	int nreferences;
	const dbc_check_data_rule *rules;
	int nrules;
	int samples;		 /* keys to give per result */
	int64_t memory;		 /* bytes for sets of keys */
	bool declared_types; /* [SQLite] of ordinary tables, too */
};

struct dbc_check_result
{
	dbc_check_constraint_kind kind;
	const char *name;	 /* NULL of a reference */
	const char *columns; /* "a, b", quoted as needed; NULL of a CHECK or a
						  * rule */
	const char *parent;	 /* of a foreign key: "p", as dbc_relation.shown */
	const char *parent_columns; /* likewise "x, y" */
	const char *type;			/* of DBC_K_TYPE */
	int64_t violations;			/* rows; -1: unknown */
	const char *sample_keys; /* JSON array, NULL if there are no violations */
	const char *reason;		 /* why it is unknown, else NULL */
};

/* What verifying one table found. */
typedef struct dbc_check_table_results
{
	const dbc_check_result *results;
	int count;
	const char *failure; /* why it could not be verified, else NULL */
} dbc_check_table_results;

/* A rule of the bookkeeping. */
typedef struct dbc_check_stored_rule
{
	dbc_check_data_rule rule;
	const char *table;		/* as dbc_relation.shown */
	const char *severity;	/* info, warning or critical */
	const char *message;	/* or NULL */
	const char *repair_sql; /* or NULL */
} dbc_check_stored_rule;

/* The first version of the bookkeeping that has rules. */
#define DBC_RULES_SINCE 3

/* The data rules, by name (check/data_rule.c). */
extern const dbc_check_stored_rule *dbc_check_read_rules(dbc_host *host,
														 int *nrules);

/* ---- check/integrity.c ---- */

/* Something of the database that is damaged, or cannot be looked at. */
typedef struct dbc_check_damage
{
	const char *object;
	const char *problem;
	const char *severity; /* as in dbcheck_integrity() */
	const char *fix_sql;  /* or NULL */
} dbc_check_damage;

typedef void dbc_check_damage_found(dbc_host *host,
									const dbc_check_damage *damage, void *arg);

/* How thoroughly to look; choices of the option level. */
extern const char *const dbc_check_integrity_levels[];

/* Finds what is damaged. */
extern void dbc_check_find_damage(dbc_host *host, const dbc_option_value *level,
								  dbc_check_damage_found *found, void *arg);

/* ---- check/run.c ---- */

/* A constraint or rule that rows violate, or of which nothing is known. */
typedef struct dbc_check_violation
{
	const char *table; /* as dbc_relation.shown; NULL: of all tables */
	const char *name;  /* NULL: nothing is known of any */
	bool is_rule;
	bool is_repairable;				/* the rule has a repair_sql */
	const dbc_check_result *result; /* NULL: it could not be asked for */
	const char *severity;			/* as in dbcheck_run() */
	const char *message;
} dbc_check_violation;

typedef void dbc_check_violation_found(dbc_host *host,
									   const dbc_check_violation *violation,
									   void *arg);

/* Verifies the table that relation names, or all if it is null, against
 * constraints of some kinds and, if asked, the data rules. */
extern void dbc_check_run(dbc_host *host, const dbc_value *relation,
						  unsigned kinds, bool rules, int samples,
						  dbc_check_violation_found *found, void *arg);

/* ---- what the functions of dbcheck share (check/check.c) ---- */

/* The tables a call is about: the one that its argument relation names, or all
 * of the user's if that is null. */
extern const dbc_relation *
dbc_check_find_tables(dbc_host *host, const dbc_value *relation, int *ntables);

/* The option samples: how many keys to give per result. */
#define DBC_MAX_SAMPLES 1000
extern int dbc_check_sample_count(const dbc_option_value *given);

/* Whether an error says that data is damaged or cannot be read. */
extern bool dbc_check_is_damage(const dbc_error *error);

/* Bytes a call may use for sets of keys. */
extern int64_t dbc_check_key_memory(dbc_host *host);

/* verify(), where a table that cannot be read does not keep others from
 * being verified. */
extern dbc_check_table_results
dbc_check_verify_table(dbc_host *host, const dbc_check_task *task);

/* What to say of a result. */
extern const char *dbc_check_result_message(dbc_host *host,
											const dbc_check_result *result);

/* The number of violations; null where it is unknown. */
extern dbc_value dbc_check_result_violations(const dbc_check_result *result);

/* The keys of the first rows; null where none were asked for. */
extern dbc_value dbc_check_result_keys(const dbc_check_result *result);

#endif /* DBC_CHECK_CHECK_H */
