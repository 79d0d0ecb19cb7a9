/*
 * time.c
 *	  Times as text: YYYY-MM-DD, HH:MM:SS, or both with a space between them,
 *	  with a fraction of seconds that does not end with 0, in UTC.
 */
#include "common/sync/encode.h"

#include <stdio.h>
#include <string.h>

#define DAY_MICROSECONDS INT64_C(86400000000)
#define DAY_MINUTES		 1440

/* ---- the calendar ---- */

/* The civil date of a day since 1970-01-01, in the Gregorian calendar. */
static void
date_of(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t shifted = days + 719468; /* since 0000-03-01 */
	int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	int64_t of_era = shifted - era * 146097;
	int64_t year_of_era =
		(of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year =
		of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t shifted_month = (5 * of_year + 2) / 153;

	*day = (int) (of_year - (153 * shifted_month + 2) / 5 + 1);
	*month = (int) (shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
	*year = year_of_era + era * 400 + (*month <= 2);
}

/* The inverse. */
static int64_t
days_of(int64_t year, int month, int day)
{
	int64_t shifted = year - (month <= 2);
	int64_t era = (shifted >= 0 ? shifted : shifted - 399) / 400;
	int64_t year_of_era = shifted - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t of_era =
		year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;

	return era * 146097 + of_era - 719468;
}

/* ---- writing ---- */

size_t
dbc_sync_days_text(char *to, int64_t days)
{
	int64_t year;
	int month, day;

	date_of(days, &year, &month, &day);
	/* as PostgreSQL, which has no year 0 */
	return (size_t) snprintf(to, DBC_SYNC_TIME, "%04lld-%02d-%02d%s",
							 (long long) (year > 0 ? year : 1 - year), month,
							 day, year > 0 ? "" : " BC");
}

/* Writes two digits. */
static char *
put_two(char *to, int number)
{
	*to++ = (char) ('0' + number / 10);
	*to++ = (char) ('0' + number % 10);
	return to;
}

size_t
dbc_sync_microseconds_text(char *to, int64_t microseconds)
{
	int64_t days =
		microseconds / DAY_MICROSECONDS - (microseconds % DAY_MICROSECONDS < 0);
	int64_t rest = microseconds - days * DAY_MICROSECONDS;
	int seconds = (int) (rest / 1000000);
	int fraction = (int) (rest % 1000000);
	char *end = to + dbc_sync_days_text(to, days);
	bool is_old = end[-1] == 'C';

	end -= is_old ? strlen(" BC") : 0;
	*end++ = ' ';
	end = put_two(end, seconds / 3600);
	*end++ = ':';
	end = put_two(end, seconds / 60 % 60);
	*end++ = ':';
	end = put_two(end, seconds % 60);
	if (fraction > 0)
	{
		*end++ = '.';
		for (; fraction > 0; fraction = fraction % 100000 * 10)
			*end++ = (char) ('0' + fraction / 100000);
	}
	if (is_old)
		end += snprintf(end, DBC_SYNC_TIME - (size_t) (end - to), " BC");
	return (size_t) (end - to);
}

/* ---- reading ---- */

typedef struct reader
{
	const char *at;
	const char *end;
} reader;

/* Reads n digits; -1 if there are fewer. */
static int
read_digits(reader *r, int n)
{
	int number = 0;

	for (int i = 0; i < n; i++, r->at++)
	{
		if (r->at == r->end || *r->at < '0' || *r->at > '9')
			return -1;
		number = number * 10 + (*r->at - '0');
	}
	return number;
}

static bool
read_character(reader *r, char c)
{
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

static bool
read_date(reader *r, int64_t *days)
{
	static const char lengths[] = {31, 29, 31, 30, 31, 30,
								   31, 31, 30, 31, 30, 31};
	int year = read_digits(r, 4);
	int month = read_character(r, '-') ? read_digits(r, 2) : -1;
	int day = read_character(r, '-') ? read_digits(r, 2) : -1;
	int64_t year_again;
	int month_again, day_again;

	if (year < 1 || month < 1 || month > 12 || day < 1 ||
		day > lengths[month - 1])
		return false;
	*days = days_of(year, month, day);
	date_of(*days, &year_again, &month_again, &day_again);
	return day == day_again;
}

/* Reads HH:MM[:SS[.f]]; the fraction is from *fraction to r->at. */
static bool
read_time(reader *r, int *minutes, int *seconds, const char **fraction,
		  size_t *length)
{
	int hour = read_digits(r, 2);
	int minute = read_character(r, ':') ? read_digits(r, 2) : -1;

	if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
		return false;
	*minutes = hour * 60 + minute;
	*seconds = 0;
	*length = 0;
	if (!read_character(r, ':'))
		return true;
	*seconds = read_digits(r, 2);
	if (*seconds < 0 || *seconds > 59)
		return false;
	if (!read_character(r, '.'))
		return true;
	*fraction = r->at;
	while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		r->at++;
	*length = (size_t) (r->at - *fraction);
	while (*length > 0 && (*fraction)[*length - 1] == '0')
		(*length)--;
	return r->at > *fraction;
}

/* Reads a zone, if there is one: its distance from UTC in minutes. */
static bool
read_zone(reader *r, int *offset)
{
	bool is_west;
	int hours, minutes;

	*offset = 0;
	if (r->at == r->end || read_character(r, 'Z') || read_character(r, 'z'))
		return true;
	is_west = read_character(r, '-');
	if (!is_west && !read_character(r, '+'))
		return false;
	hours = read_digits(r, 2);
	(void) read_character(r, ':');
	minutes = r->at == r->end ? 0 : read_digits(r, 2);
	if (hours < 0 || hours > 15 || minutes < 0 || minutes > 59)
		return false;
	*offset = (hours * 60 + minutes) * (is_west ? -1 : 1);
	return true;
}

/* Writes a time of a day. */
static char *
put_time(char *to, int minutes, int seconds, const char *fraction,
		 size_t length)
{
	to = put_two(to, minutes / 60);
	*to++ = ':';
	to = put_two(to, minutes % 60);
	*to++ = ':';
	to = put_two(to, seconds);
	if (length > 0)
	{
		*to++ = '.';
		memcpy(to, fraction, length);
		to += length;
	}
	return to;
}

size_t
dbc_sync_time_text(char *to, dbc_sync_class class, const char *text,
				   size_t length)
{
	reader r = {text, text + length};
	int64_t days = 0;
	int minutes = 0, seconds = 0, offset = 0;
	const char *fraction = "";
	size_t nfraction = 0;
	bool has_time = class == DBC_SYNC_TIMES;
	char *end;

	/* longer ones have a fraction that no clock has */
	if (length > DBC_SYNC_TIME / 2)
		return 0;
	if (!has_time)
	{
		if (!read_date(&r, &days))
			return 0;
		has_time = read_character(&r, ' ') || read_character(&r, 'T');
	}
	if (has_time &&
		(!read_time(&r, &minutes, &seconds, &fraction, &nfraction) ||
		 (class != DBC_SYNC_TIMES && !read_zone(&r, &offset))))
		return 0;
	if (r.at != r.end)
		return 0;
	minutes -= offset;
	days += minutes < 0 ? -1 : minutes >= DAY_MINUTES;
	minutes += minutes < 0				? DAY_MINUTES
			   : minutes >= DAY_MINUTES ? -DAY_MINUTES
										: 0;
	if (class == DBC_SYNC_TIMES)
		return (size_t) (put_time(to, minutes, seconds, fraction, nfraction) -
						 to);
	end = to + dbc_sync_days_text(to, days);
	/* a date may be stored with the time 00:00 */
	if (class == DBC_SYNC_DATES && minutes == 0 && seconds == 0 &&
		nfraction == 0)
		return (size_t) (end - to);
	*end++ = ' ';
	return (size_t) (put_time(end, minutes, seconds, fraction, nfraction) - to);
}
