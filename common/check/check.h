/*
 * check.h
 *	  Verifying rows: the task passed to verify(), and its results.
 */
#ifndef DBC_CHECK_CHECK_H
#define DBC_CHECK_CHECK_H

#include "common/check/host.h"
#include "common/core/options.h"

/* Kinds of constraints, in the order of the report. */
typedef enum dbc_check_constraint_kind
{
	DBC_K_PRIMARY_KEY,
	DBC_K_UNIQUE,
	DBC_K_EXCLUSION,
	DBC_K_FOREIGN_KEY,
	DBC_K_NOT_NULL,
	DBC_K_CHECK,
	DBC_K_TYPE, /* a domain, or the declared type of a SQLite column */
	DBC_K_RULE, /* a data rule; last */
	DBC_NKINDS
} dbc_check_constraint_kind;

/* Names in SQL of the declared kinds, ended by NULL. */
extern const char *const dbc_check_constraint_kind_names[DBC_K_RULE + 1];

/* All declared kinds, as bits 1 << kind. */
#define DBC_ALL_KINDS ((1u << DBC_K_RULE) - 1)

/* A foreign key that is not declared. */
typedef struct dbc_check_reference
{
	const char *column; /* of the verified table */
	const dbc_relation *parent;
	const char *parent_column;
} dbc_check_reference;

/* A condition that every row must satisfy, or every row for which another
 * condition is true.  A null result satisfies it. */
typedef struct dbc_check_data_rule
{
	const char *name;
	const char *expression;
	const char *condition; /* NULL: all rows */
} dbc_check_data_rule;

struct dbc_check_task
{
	const dbc_relation *table;
	unsigned kinds; /* bit 1 << kind per kind to verify */
	const char *const
		*names; /* of declared constraints, ended by NULL; NULL: all */
	const dbc_check_reference *references;
	int nreferences;
	const dbc_check_data_rule *rules;
	int nrules;
	int samples;		 /* keys to return per result */
	int64_t memory;		 /* bytes for sets of keys */
	bool declared_types; /* [SQLite] verify types of tables that are not STRICT,
							too */
};

struct dbc_check_result
{
	dbc_check_constraint_kind kind;
	const char *name; /* NULL for a reference */
	/* "a, b", quoted as needed; NULL for a CHECK or a rule */
	const char *columns;
	const char *parent; /* of a foreign key, formatted as dbc_relation.shown */
	const char *parent_columns; /* "x, y", quoted as needed */
	const char *type;			/* of DBC_K_TYPE */
	int64_t violations;			/* rows; -1: unknown */
	const char *sample_keys; /* JSON array, NULL if there are no violations */
	const char *reason;		 /* why violations is unknown, else NULL */
};

typedef struct dbc_check_table_results
{
	const dbc_check_result *results;
	int count;
	const char *failure; /* why the table could not be verified, else NULL */
} dbc_check_table_results;

/* A data rule as stored. */
typedef struct dbc_check_stored_rule
{
	dbc_check_data_rule rule;
	const char *table;		/* as dbc_relation.shown */
	const char *severity;	/* info, warning or critical */
	const char *message;	/* or NULL */
	const char *repair_sql; /* or NULL */
	const char *author;		/* role that has stored it, or NULL */
} dbc_check_stored_rule;

/* Fails unless the author of a rule has the rights of the owner of a table,
 * with which the rule runs there. */
extern void dbc_check_require_author(dbc_host *host, const char *rule,
									 const char *author,
									 const dbc_relation *table);

/* The data rules, ordered by name (check/data_rule.c). */
extern const dbc_check_stored_rule *dbc_check_read_rules(dbc_host *host,
														 int *nrules);

/* ---- check/integrity.c ---- */

/* An object that is damaged or cannot be checked. */
typedef struct dbc_check_damage
{
	const char *object;
	const char *problem;
	const char *severity; /* as in dbcheck_integrity() */
	const char *fix_sql;  /* or NULL */
} dbc_check_damage;

typedef void dbc_check_damage_found(dbc_host *host,
									const dbc_check_damage *damage, void *arg);

/* Choices of the option level: how thoroughly to check. */
extern const char *const dbc_check_integrity_levels[];

extern void dbc_check_find_damage(dbc_host *host, const dbc_option_value *level,
								  dbc_check_damage_found *found, void *arg);

/* ---- check/lost.c ---- */

/* Whether a probe is one that the host answers: "lost rows of TABLE" or [PG]
 * "invalid text of OID"; and its answer, NULL if there are none. */
extern bool dbc_check_is_host_probe(const char *probe);
extern const char *dbc_check_run_host_probe(dbc_host *host, const char *probe);

/* Why rows of a table are lost; NULL if none are, or if that is not known. */
extern const char *dbc_check_describe_lost(dbc_host *host, const char *table);

/* ---- check/run.c ---- */

/* A violated constraint or rule, or one that could not be verified. */
typedef struct dbc_check_violation
{
	const char *table; /* formatted as dbc_relation.shown; NULL: all tables */
	const char *name;  /* NULL: no constraint could be verified */
	bool is_rule;
	bool is_repairable;				/* the rule has a repair_sql */
	const dbc_check_result *result; /* NULL: verification failed */
	const char *severity;			/* as in dbcheck_run() */
	const char *message;
} dbc_check_violation;

typedef void dbc_check_violation_found(dbc_host *host,
									   const dbc_check_violation *violation,
									   void *arg);

/* Verifies the table named by relation, or all tables if it is null, against
 * constraints of the given kinds and, if requested, the data rules. */
extern void dbc_check_run(dbc_host *host, const dbc_value *relation,
						  unsigned kinds, bool rules, int samples,
						  dbc_check_violation_found *found, void *arg);

/* ---- shared by the functions of dbcheck (check/check.c) ---- */

/* The table named by the argument relation, or all user tables if it is
 * null. */
extern const dbc_relation *
dbc_check_find_tables(dbc_host *host, const dbc_value *relation, int *ntables);

/* The option samples: how many keys to return per result. */
#define DBC_MAX_SAMPLES		1000
#define DBC_DEFAULT_SAMPLES 10

/* Whether an error means damaged or unreadable data. */
extern bool dbc_check_is_damage(const dbc_error *error);

/* Whether it is damage of a file or of a page, whose path is in the message. */
extern bool dbc_check_is_of_file(const dbc_error *error);

/* The memory limit of a call for sets of keys, in bytes. */
extern int64_t dbc_check_key_memory(dbc_host *host);

/* Calls verify(); reports its failure as a result, so that the caller can go on
 * with other tables. */
extern dbc_check_table_results
dbc_check_verify_table(dbc_host *host, const dbc_check_task *task);

extern const char *dbc_check_result_message(dbc_host *host,
											const dbc_check_result *result);

/* Whether a task requests a declared constraint, by kind and name. */
extern bool dbc_check_is_asked_for(const dbc_check_task *task, int kind,
								   const char *name);

/* The rules of a task as JSON: name, expression, condition. */
extern const char *dbc_check_rules_json(dbc_host *host,
										const dbc_check_task *task);

/* The number of violations; null if unknown. */
extern dbc_value dbc_check_result_violations(const dbc_check_result *result);

/* The keys of the first violating rows; null if not requested. */
extern dbc_value dbc_check_result_keys(const dbc_check_result *result);

#endif /* DBC_CHECK_CHECK_H */
