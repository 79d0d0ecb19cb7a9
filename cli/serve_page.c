/*
 * serve_page.c
 *	  Pages of the verb serve; see serve.h.
 *
 * They have style and script of the page of dbhealth_html(), and load nothing.  Each works
 * without its script.
 */
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/document.h"
#include "cli/serve.h"
#include "common/core/sort.h"

/* Of health/html_page.h, which is for what has a host. */
extern const char dbc_health_page_css[];
extern const char dbc_health_page_js[];

/* ---- text ---- */

void
cli_add_html(cli_text *page, const char *text)
{
	while (*text)
	{
		unsigned code;
		int length = cli_utf8(text, &code);

		if (strchr("&<>\"'", *text))
			cli_addf(page, "&#%d;", *text);
		/* control characters are invalid in HTML */
		else if ((code < 0x20 && !strchr("\t\n", *text)) ||
				 (code >= 0x7f && code < 0xa0) || code == 0xFFFD ||
				 (code & 0xFFFE) == 0xFFFE)
			cli_add(page, "\xEF\xBF\xBD");
		else
			cli_add_bytes(page, text, (size_t) length);
		text += length;
	}
}

/* Adds markup in which % stands for a text. */
static void
add_markup(cli_text *page, const char *markup, const char *text)
{
	for (const char *at; (at = strchr(markup, '%')); markup = at + 1)
	{
		cli_add_bytes(page, markup, (size_t) (at - markup));
		cli_add_html(page, text);
	}
	cli_add(page, markup);
}

/* Adds the name of a column as a heading: "total_bytes" is "Total bytes". */
static void
add_heading(cli_text *page, const char *name)
{
	size_t begin = page->length;

	cli_add_html(page, name);
	for (size_t i = begin; i < page->length; i++)
		if (page->data[i] == '_')
			page->data[i] = ' ';
	if (page->data[begin] >= 'a' && page->data[begin] <= 'z')
		page->data[begin] = (char) (page->data[begin] - 'a' + 'A');
}

/* ---- what all pages have ---- */

static void
add_hash(cli_text *policy, const char *directive, const char *text)
{
	unsigned char hash[SHA256_DIGEST_LENGTH];
	unsigned char digits[64];

	SHA256((const unsigned char *) text, strlen(text), hash);
	EVP_EncodeBlock(digits, hash, sizeof(hash));
	cli_addf(policy, "; %s 'sha256-%s'", directive, (const char *) digits);
}

static char *
policy_with(const char *style, int length)
{
	cli_text policy = {0};

	cli_add(&policy, "img-src data:");
	if (style)
		cli_addf(&policy, "; %.*s", length, style);
	else
		add_hash(&policy, "style-src", dbc_health_page_css);
	add_hash(&policy, "script-src", dbc_health_page_js);
	return policy.data;
}

char *
cli_page_policy(void)
{
	return policy_with(NULL, 0);
}

/* A server may have another version of dbcare, whose page has another style.  No script but
 * our own runs: it would see the pages of all databases, and the server may be hostile. */
char *
cli_report_policy(const char *report)
{
	static const char begin[] = "style-src 'sha256-";
	const char *style = strstr(report, begin);
	size_t length = 0;

	if (style)
		length = strlen(begin) + strspn(style + strlen(begin),
										"abcdefghijklmnopqrstuvwxyz"
										"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
										"0123456789+/=");
	return length > 0 && style[length] == '\''
			   ? policy_with(style, (int) length + 1)
			   : cli_page_policy();
}

static void
begin_page(cli_text *page, const char *above, const char *title)
{
	cli_add(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
				  "<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" "
				  "content=\"width=device-width, initial-scale=1\"/>\n"
				  "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
				  "<link rel=\"icon\" href=\"data:,\"/>\n");
	add_markup(page, "<title>%</title>\n<style>", title);
	cli_add(page, dbc_health_page_css);
	cli_add(page, "</style>\n</head>\n<body>\n<a class=\"skip\" "
				  "href=\"#main\">Skip to the content</a>\n<header>\n");
	add_markup(page, "<div class=\"title\">\n<p>%</p>\n", above);
	add_markup(page, "<h1>%</h1>\n</div>\n", title);
}

static void
end_page(cli_text *page)
{
	cli_add(page, "</main>\n<footer><p>dbcare " DBC_VERSION
				  "</p></footer>\n<p id=\"said\" class=\"unseen\" "
				  "role=\"status\"></p>\n<script>");
	cli_add(page, dbc_health_page_js);
	cli_add(page, "</script>\n</body>\n</html>\n");
}

/* Adds the way from a database to its views, and to the others. */
static void
add_navigation(const cli_server *server, int database, int view, cli_text *page)
{
	const cli_listed *listed = &server->look.config.databases[database];

	cli_add(page, "<nav aria-label=\"Views\">\n<ul>\n"
				  "<li><a href=\"/\">All databases</a></li>\n");
	cli_addf(page, "<li><a href=\"/db/%s\"%s>Health</a></li>\n", listed->name,
			 view == CLI_VIEW_report ? " aria-current=\"page\"" : "");
	for (int i = 0; i < CLI_NVIEWS; i++)
	{
		const cli_view *v = &cli_views[i];

		if (v->title &&
			cli_function(v->function)->engines & listed->target.engine)
			cli_addf(page, "<li><a href=\"/db/%s/%s\"%s>%s</a></li>\n",
					 listed->name, v->name,
					 i == view ? " aria-current=\"page\"" : "", v->title);
	}
	cli_add(page, "</ul>\n</nav>\n");
}

static void
open_table(cli_text *page, const char *caption)
{
	add_markup(page,
			   "<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
			   "aria-label=\"%\">\n<table class=\"cards\">\n"
			   "<caption>%</caption>\n<thead><tr>",
			   caption);
}

static void
close_table(cli_text *page)
{
	cli_add(page, "</tbody>\n</table>\n</div>\n");
}

/* ---- all databases ---- */

/* A row of the table: the number of a database, and whether it has answered. */
typedef struct row
{
	int database;
	int score; /* -1: unknown */
	const char *status;
	const char *finding;
} row;

/* The worst first: what is unknown could be anything. */
static int
compare_rows(const void *left, const void *right)
{
	const row *a = left;
	const row *b = right;

	return a->score != b->score ? a->score - b->score
								: a->database - b->database;
}

static row
describe(const cli_server *server, int database, const cli_kept *kept)
{
	const cli_served *served = &server->served[database];
	row r = {database, -1, "unknown", NULL};

	/* the last answer, if the next one is late */
	if (!kept)
		kept = &served->views[CLI_VIEW_health];
	if (!kept->text)
		r.finding = "no answer yet";
	else if (kept->failed)
		r.finding = kept->text;
	else
	{
		r.score = *served->score ? atoi(served->score) : -1;
		r.status = served->status;
		r.finding = served->finding;
	}
	return r;
}

static void
add_row(const cli_server *server, const row *r, cli_text *page)
{
	const char *name = server->look.config.databases[r->database].name;

	add_markup(page, "<tr><th scope=\"row\"><a href=\"/db/%\">%</a></th>",
			   name);
	cli_add(page, "<td class=\"number\" data-name=\"Score\"");
	if (r->score >= 0)
		cli_addf(page, " data-value=\"%d\">%d</td>", r->score, r->score);
	else
		cli_add(page, "></td>");
	add_markup(page,
			   "<td data-name=\"Status\"><span class=\"badge %\">%</span></td>",
			   r->status);
	add_markup(page, "<td data-name=\"Finding\">%</td></tr>\n",
			   r->finding ? r->finding : "");
}

/* Adds how many databases have each status. */
static void
add_counts(const row *rows, int count, cli_text *page)
{
	static const char *const all[] = {"unknown", "critical", "warning",
									  "healthy"};

	cli_add(page, "<ul class=\"counts\" aria-label=\"Databases\">\n");
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
	{
		int with = 0;

		for (int k = 0; k < count; k++)
			with += strcmp(rows[k].status, all[i]) == 0;
		cli_addf(page, "<li class=\"%s\"><strong>%d</strong> %s</li>\n", all[i],
				 with, all[i]);
	}
	cli_add(page, "</ul>\n</header>\n");
}

bool
cli_add_fleet_page(cli_server *server, double since, bool late, cli_text *page)
{
	int count = server->look.config.count;
	row *rows = cli_alloc((size_t) count, sizeof(*rows));
	bool complete = true;

	for (int i = 0; i < count; i++)
	{
		const cli_kept *kept = cli_kept_of(server, i, CLI_VIEW_health, since);

		complete = complete && kept;
		rows[i] = describe(server, i, kept);
	}
	if (complete || late)
	{
		dbc_sort(rows, (size_t) count, sizeof(*rows), compare_rows);
		begin_page(page, "dbcare", "Databases");
		add_counts(rows, count, page);
		cli_add(page, "<main id=\"main\" tabindex=\"-1\">\n"
					  "<section>\n");
		open_table(page, "Databases");
		cli_add(page, "<th scope=\"col\" data-sort=\"text\">Database</th>"
					  "<th scope=\"col\" data-sort=\"number\">Score</th>"
					  "<th scope=\"col\" data-sort=\"text\">Status</th>"
					  "<th scope=\"col\">Worst finding</th></tr></thead>\n"
					  "<tbody>\n");
		for (int i = 0; i < count; i++)
			add_row(server, &rows[i], page);
		close_table(page);
		cli_add(page, "</section>\n");
		end_page(page);
	}
	free(rows);
	return complete || late;
}

/* ---- a database ---- */

void
cli_add_report_page(const cli_server *server, int database, const char *report,
					cli_text *page)
{
	const char *header = strstr(report, "<header>");

	/* names are escaped: this is the first one */
	if (header)
	{
		cli_add_bytes(page, report, (size_t) (header - report));
		add_navigation(server, database, CLI_VIEW_report, page);
		report = header;
	}
	cli_add(page, report);
}

static void
add_cell(const cli_result *rows, int number, int column, cli_text *page)
{
	const char *cell = *cli_cell(rows, number, column);
	const char *name = rows->names[column];
	const char *last = strrchr(name, '_');
	cli_text size = {0};

	cli_add(page, "<td data-name=\"");
	add_heading(page, name);
	if (rows->types[column] != DBC_T_INT)
		cli_add(page, "\">");
	else if (!cell)
		cli_add(page, "\" class=\"number\">");
	else
		add_markup(page, "\" class=\"number\" data-value=\"%\">", cell);
	if (cell && strcmp(last ? last + 1 : name, "bytes") == 0)
	{
		cli_add_size(&size, atof(cell));
		cell = size.data;
	}
	cli_add_html(page, cell ? cell : "");
	cli_add(page, "</td>");
	cli_text_free(&size);
}

static void
add_rows(const cli_result *rows, const char *caption, const bool *shown,
		 cli_text *page)
{
	open_table(page, caption);
	for (int i = 0; i < rows->ncolumns; i++)
	{
		cli_addf(page, "<th scope=\"col\" data-sort=\"%s\">",
				 rows->types[i] == DBC_T_INT ? "number" : "text");
		add_heading(page, rows->names[i]);
		cli_add(page, "</th>");
	}
	cli_add(page, "</tr></thead>\n<tbody>\n");
	for (int i = 0; i < rows->nrows; i++)
	{
		if (!shown[i])
			continue;
		cli_add(page, "<tr>");
		for (int k = 0; k < rows->ncolumns; k++)
			add_cell(rows, i, k, page);
		cli_add(page, "</tr>\n");
	}
	close_table(page);
}

/* What a client has typed into a form; what is no character in it stays as it is. */
static char *
decode(const char *sent)
{
	char *text = cli_copy(sent ? sent : "");
	size_t length = 0;

	for (const char *at = text; *at; at++)
	{
		char digits[3] = {0};
		long code = 0;

		if (*at == '%' && at[1])
		{
			memcpy(digits, at + 1, 2);
			if (strspn(digits, "0123456789abcdefABCDEF") == 2)
				code = strtol(digits, NULL, 16);
		}
		text[length++] = code > 0 ? (char) code : *at;
		at += code > 0 ? 2 : 0;
	}
	text[length] = '\0';
	return text;
}

/* Whether a text has another one in it, in small or large letters. */
static bool
has_text(const char *text, const char *part)
{
	size_t length = strlen(part);

	for (; *text; text++)
		if (strncasecmp(text, part, length) == 0)
			return true;
	return length == 0;
}

/* Marks the rows that have a text; returns how many. */
static int
find_rows(const cli_result *rows, const char *part, bool *shown)
{
	int count = 0;

	for (int i = 0; i < rows->nrows; i++)
	{
		for (int k = 0; !shown[i] && k < rows->ncolumns; k++)
		{
			const char *cell = *cli_cell(rows, i, k);

			shown[i] = cell && has_text(cell, part);
		}
		count += shown[i];
	}
	return count;
}

void
cli_add_view_page(const cli_server *server, int database, int view,
				  const char *json, const char *query, bool refreshes,
				  cli_text *page)
{
	const cli_view *v = &cli_views[view];
	cli_result rows = cli_rows_of(json);
	bool *shown = cli_alloc((size_t) rows.nrows + 1, sizeof(*shown));
	char *part = decode(query);
	int count = find_rows(&rows, part, shown);
	cli_text found = {0};

	begin_page(page, server->look.config.databases[database].name, v->title);
	cli_add(page, "</header>\n");
	add_navigation(server, database, view, page);
	cli_add(page, "<main id=\"main\" tabindex=\"-1\">\n");
	add_markup(page, "<section>\n<p class=\"hint\">%</p>\n", v->summary);
	add_markup(
		page,
		"<form role=\"search\"><p><label>Rows with <input type=\"search\" "
		"name=\"q\" value=\"%\"/></label> ",
		part);
	cli_addf(
		page,
		"<label><input type=\"checkbox\" name=\"refresh\"%s/> Refresh every "
		"5 seconds</label> <button>Show</button></p></form>\n",
		refreshes ? " checked=\"checked\"" : "");
	cli_add_count(&found, count, "row");
	if (count < rows.nrows)
		cli_addf(&found, " of %d", rows.nrows);
	add_markup(page, "<p>%.</p>\n", found.data);
	if (count > 0)
		add_rows(&rows, v->title, shown, page);
	cli_add(page, "</section>\n");
	end_page(page);
	cli_text_free(&found);
	free(part);
	free(shown);
	cli_free_result(&rows);
}

void
cli_add_error_page(const char *title, const char *problem, cli_text *page)
{
	begin_page(page, "dbcare", title);
	cli_add(page, "</header>\n<nav aria-label=\"Views\">\n<ul>\n<li><a "
				  "href=\"/\">All databases</a></li>\n</ul>\n</nav>\n"
				  "<main id=\"main\" tabindex=\"-1\">\n");
	add_markup(page, "<section aria-label=\"Problem\"><p>%</p></section>\n",
			   problem);
	end_page(page);
}
