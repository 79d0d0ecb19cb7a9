create table country (cy_id integer primary key, cy_name text not null, cy_region text not null);
create table genre (ge_id integer primary key, ge_name text not null, ge_family text not null);
create table role (ro_id integer primary key, ro_name text not null);
create table fact (fa_id integer primary key, fa_name text not null);
create table tag (tg_id integer primary key, tg_name text not null);
create table label (la_id integer primary key, la_name text not null, la_country integer not null, la_kind text not null);
create table artist (ar_id integer primary key, ar_name text not null, ar_country integer not null, ar_genre integer not null,
	ar_founded integer not null, ar_gender text, ar_note text);
create table album (al_id integer primary key, al_title text not null, al_artist integer not null, al_label integer not null,
	al_year integer not null, al_format text not null, al_note text);
create table track (tr_id integer primary key, tr_title text not null, tr_album integer not null, tr_genre integer not null,
	tr_seconds integer not null, tr_explicit integer not null, tr_note text);
create table credit (cr_id integer primary key, cr_track integer not null, cr_artist integer not null, cr_role integer not null,
	cr_share integer not null, cr_note text);
create table track_fact (tf_id integer primary key, tf_track integer not null, tf_fact integer not null, tf_value text not null);
create table track_tag (tt_id integer primary key, tt_track integer not null, tt_tag integer not null);
create table listener (li_id integer primary key, li_name text not null, li_country integer not null, li_plan text not null,
	li_born integer not null);
create table play (pl_id integer primary key, pl_listener integer not null, pl_track integer not null, pl_day date not null,
	pl_device text not null, pl_seconds integer not null);
create table remake (re_id integer primary key, re_track integer not null, re_original integer not null, re_kind text not null);
