/*
 * top.c
 *	  A live view of a database.
 */
#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/interrupt.h"
#include "cli/show.h"
#include "cli/terminal.h"
#include "cli/top.h"

/* Between two looks at the database. */
#define EVERY_MS 2000

/* What is shown: the rows of a function. */
static const struct
{
	const char *title;
	const char *function;
	const char *options; /* NULL: it has none */
	int lines;			 /* at most, with the names of the columns */
} sections[] = {
	{"Alerts", "dbmonitor_alerts", "{\"limit\": 5}", 6},
	{"Connections", "dbhealth_connections", NULL, 6},
	{"Sizes", "dbhealth_size", NULL, 8},
	{"Statements", "dbmonitor_queries",
	 "{\"limit\": 20, \"order_by\": \"total_ms\"}", 21},
};

/* Puts a text on the screen from a line on, at most lines of it; returns the
 * line after it. */
static int
put_lines(int line, const char *text, int lines)
{
	while (*text && lines-- > 0 && line < LINES)
	{
		int length = (int) strcspn(text, "\n");

		mvaddnstr(line++, 0, text, length);
		text += length;
		text += *text == '\n';
	}
	return line;
}

/* Draws a section; returns the line after it. */
static int
draw_section(cli_database *db, size_t number, int line)
{
	const char *args[] = {sections[number].options};
	cli_text text = {0};
	cli_result result;

	attron(A_BOLD);
	mvaddstr(line++, 0, sections[number].title);
	attroff(A_BOLD);
	if (!cli_call(db, sections[number].function, args[0] ? args : NULL,
				  &result))
		cli_add_shown(&text, db->error.message, COLS, false);
	else
	{
		if (result.nrows > 0)
			cli_add_table(&text, &result, COLS, 1);
		else
			cli_add(&text, "none");
		cli_free_result(&result);
	}
	line = put_lines(line, text.data, sections[number].lines);
	cli_text_free(&text);
	return line + 1;
}

static void
draw(cli_database *db)
{
	char clock[32];
	time_t now = time(NULL);
	struct tm local;
	int line = 2;

	strftime(clock, sizeof(clock), "%H:%M:%S", localtime_r(&now, &local));
	erase();
	attron(A_REVERSE);
	mvprintw(0, 0, "dbcare  %s  %s  q: quit", clock,
			 db->target.engine == DBC_ON_SQLITE ? "SQLite" : "PostgreSQL");
	attroff(A_REVERSE);
	for (size_t i = 0;
		 i < sizeof(sections) / sizeof(sections[0]) && line < LINES; i++)
		line = draw_section(db, i, line);
	refresh();
}

int
cli_top(cli_invocation *invocation)
{
	cli_database *db = &invocation->db;
	int key;

	if (cli_width() == 0 || !cli_can_ask())
	{
		cli_complain("monitor top needs a terminal", NULL,
					 "dbcare slow, alerts and size print once.");
		return CLI_ERROR;
	}
	db->quiet = true;
	cli_without_colour();
	if (!initscr())
		return CLI_ERROR;
	cbreak();
	noecho();
	curs_set(0);
	timeout(EVERY_MS);
	do
	{
		draw(db);
		key = getch();
	} while (key != 'q' && key != 'Q' && !cli_interrupted() && !db->error.lost);
	endwin();
	if (!db->error.lost)
		return CLI_SOUND;
	cli_print_error(db);
	return CLI_ERROR;
}
