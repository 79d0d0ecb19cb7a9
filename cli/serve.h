/*
 * serve.h
 *	  The verb serve: what is known of each database, and answers made from it.
 *
 * One process talks to clients, and does nothing that could wait.  Databases are asked by
 * a pool of processes; what they answer is kept for a moment, so that pages that are
 * refreshed ask no more often.
 */
#ifndef CLI_SERVE_H
#define CLI_SERVE_H

#include "cli/http.h"
#include "cli/look.h"
#include "cli/verbs.h"

/* How long a database may take for an answer. */
#define CLI_SERVE_SECONDS 30

/* The kind of a task that migrates: no view. */
#define CLI_SERVE_MIGRATE CLI_NVIEWS

/* What a database can be asked for. */
#define SERVE_VIEW(id, name, function, title, columns, summary) CLI_VIEW_##id,
typedef enum cli_view_id
{
#include "cli/serve.def"
	CLI_NVIEWS
} cli_view_id;

typedef struct cli_view
{
	const char *name;	  /* in paths; NULL: it has none */
	const char *function; /* that gives it */
	const char *title;	  /* of its page; NULL: it has none */
	const char *columns;  /* of its rows that are shown; NULL: all */
	const char *summary;
} cli_view;

extern const cli_view cli_views[CLI_NVIEWS];

typedef struct cli_route
{
	const char *method;
	const char *path; /* with {database} and {view} */
	const char *type;
	const char *summary;
} cli_route;

#define SERVE_ROUTE(id, method, path, type, summary) CLI_ROUTE_##id,
typedef enum cli_route_id
{
#include "cli/serve.def"
	CLI_NROUTES
} cli_route_id;

extern const cli_route cli_routes[CLI_NROUTES];

/* An answer that is kept. */
typedef struct cli_kept
{
	char *text;	 /* NULL: there is none */
	double at;	 /* when it came, or 0: never */
	bool failed; /* the text is why */
	bool wanted; /* a request waits for a new one */
} cli_kept;

/* A database. */
typedef struct cli_served
{
	cli_kept views[CLI_NVIEWS];
	bool busy; /* a process works on it */
	bool migrating;
	cli_kept migration;		 /* what became of the last one ... */
	int status_of_migration; /* ... in HTTP */
	bool down;				 /* it did not answer */
	int next;				 /* view that is looked at first */
	char *score; /* of its last health report, NULL if there is none */
	char *status;
	char *finding;
} cli_served;

/* Who may ask. */
typedef struct cli_guard
{
	const char *address; /* that is listened on */
	char *const *hosts;	 /* other names, ended by NULL */
	const char *token;	 /* NULL: none is asked for */
	int failures;		 /* wrong tokens, lately */
	double failed_at;	 /* the last one */
	int delayed;		 /* requests that wait for being refused */
} cli_guard;

typedef struct cli_server
{
	cli_look look;
	cli_guard guard;
	bool may_migrate;
	const char *path; /* of the file of databases; NULL: --db names one */
	cli_work work;
	cli_pool *pool;
	int size; /* of the pool */
	cli_served *served;
	cli_http *http;
} cli_server;

/* ---- serve_guard.c ---- */

/* Whether a name in a header Host, NULL if there is none, is one of this server. */
extern bool cli_is_served_host(const cli_guard *guard, const char *host);

/* Whether an address can be reached from this machine alone. */
extern bool cli_is_loopback(const char *address);

/* Whether a header Authorization, NULL if there is none, has the token. */
extern bool cli_has_token(const cli_guard *guard, const char *header);

/* Seconds that a request with a wrong token waits. */
extern double cli_token_delay(const cli_guard *guard);

/* Counts a wrong token. */
extern void cli_count_failure(cli_guard *guard, double now);

/* The route of a path, and the numbers of the database and of the view in it; CLI_NROUTES:
 * there is none. */
extern cli_route_id cli_find_route(const cli_config *config, const char *path,
								   int *database, int *view);

/* ---- serve_answer.c ---- */

/* A cli_answer_request, with a cli_server. */
extern bool cli_answer_client(cli_request *request, cli_reply *reply,
							  void *arg);

/* What was kept of a database since a moment, or is fresh; NULL: it will be asked. */
extern const cli_kept *cli_kept_of(cli_server *server, int database, int view,
								   double since);

/* ---- serve_view.c ---- */

/* Answers a task, whose kind is a view or CLI_SERVE_MIGRATE, in a process of the pool. */
extern bool cli_ask_view(cli_database *db, const cli_task *task,
						 cli_text *answer);

/* ---- serve_page.c ---- */

/* Adds text to a page, escaped. */
extern void cli_add_html(cli_text *page, const char *text);

/* What pages may load, and a page that dbhealth_html() has made; freed by the caller. */
extern char *cli_page_policy(void);
extern char *cli_report_policy(const char *report);

/* The page of all databases; late: without those that have not answered yet. */
extern bool cli_add_fleet_page(cli_server *server, double since, bool late,
							   cli_text *page);

/* The health report with the way to other pages; the page of a view. */
extern void cli_add_report_page(const cli_server *server, int database,
								const char *report, cli_text *page);
extern void cli_add_view_page(const cli_server *server, int database, int view,
							  const char *rows, const char *query,
							  bool refreshes, cli_text *page);

/* The page that says what is wrong. */
extern void cli_add_error_page(const char *title, const char *problem,
							   cli_text *page);

/* ---- serve_openapi.c ---- */

/* Adds the OpenAPI document. */
extern void cli_add_openapi(const cli_server *server, cli_text *out);

/* ---- serve_metrics.c ---- */

/* Adds the metrics of all databases as one text; texts has NULL for those that do not
 * answer. */
extern void cli_add_metrics(const cli_config *config, const char *const *texts,
							cli_text *out);

#endif /* CLI_SERVE_H */
