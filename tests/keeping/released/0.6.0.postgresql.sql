-- {"open": 13, "sitter": 6, "publisher": 8, "onlooker": 9, "at": "2026-11-24T11:00:00+00:00", "keys": {"5baec2510da1735f": "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAeWg0rneK1Ule9QAx9nMNA4+d8lBm4sDNnGVzKxVKbR\n-----END PRIVATE KEY-----\n"}}
--
-- PostgreSQL database dump
--


-- Dumped from database version 18.4
-- Dumped by pg_dump version 18.4

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: refuse_change(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION '% rows are frozen', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$;


--
-- Name: refuse_late_answer(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_late_answer() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN IF (SELECT state FROM attempt WHERE id = NEW.attempt_id FOR SHARE) <> 'open' THEN RAISE EXCEPTION 'attempt is closed' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;


--
-- Name: remember_key_seen(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.remember_key_seen() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN INSERT INTO key_seen (bank_id, user_id) VALUES (OLD.bank_id, OLD.user_id) ON CONFLICT DO NOTHING; RETURN OLD; END $$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: account_notice; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.account_notice (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    what text NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_kind text NOT NULL,
    actor_id bigint,
    former_address text,
    told_at timestamp with time zone
);


--
-- Name: account_notice_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.account_notice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: account_notice_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.account_notice_id_seq OWNED BY public.account_notice.id;


--
-- Name: alembic_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);


--
-- Name: answer; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.answer (
    attempt_id bigint NOT NULL,
    "position" bigint NOT NULL,
    response json,
    flagged boolean NOT NULL,
    rev bigint NOT NULL,
    saved_at timestamp with time zone NOT NULL
);


--
-- Name: approval; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.approval (
    version_id bigint NOT NULL,
    approved_at timestamp with time zone NOT NULL,
    approved_by bigint,
    second_approved_by bigint
);


--
-- Name: assignment; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.assignment (
    id bigint NOT NULL,
    requirement_id bigint NOT NULL,
    user_id bigint NOT NULL,
    course_id bigint NOT NULL,
    assigned_on date NOT NULL,
    due_on date NOT NULL,
    ended_on date
);


--
-- Name: assignment_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.assignment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: assignment_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.assignment_id_seq OWNED BY public.assignment.id;


--
-- Name: attempt; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.attempt (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    quiz_id bigint NOT NULL,
    quiz_version_id bigint NOT NULL,
    course_version_id bigint NOT NULL,
    number bigint NOT NULL,
    state text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    deadline_at timestamp with time zone,
    closed_at timestamp with time zone,
    saw_keys boolean,
    after_reset boolean,
    CONSTRAINT ck_attempt_closed_when_not_open CHECK (((state = 'open'::text) = (closed_at IS NULL))),
    CONSTRAINT ck_attempt_state_known CHECK ((state = ANY (ARRAY['open'::text, 'submitted'::text, 'expired'::text])))
);


--
-- Name: attempt_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.attempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: attempt_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.attempt_id_seq OWNED BY public.attempt.id;


--
-- Name: attempt_item; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.attempt_item (
    attempt_id bigint NOT NULL,
    "position" bigint NOT NULL,
    question_version_id bigint NOT NULL,
    arrangement json NOT NULL,
    cell bigint NOT NULL
);


--
-- Name: attempt_mark; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.attempt_mark (
    attempt_id bigint NOT NULL,
    "position" bigint NOT NULL,
    share text NOT NULL,
    topic text NOT NULL
);


--
-- Name: authenticator_app; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.authenticator_app (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    sealed bytea NOT NULL,
    key_id text NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    last_step bigint NOT NULL
);


--
-- Name: authenticator_app_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.authenticator_app_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: authenticator_app_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.authenticator_app_id_seq OWNED BY public.authenticator_app.id;


--
-- Name: bank; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.bank (
    id bigint NOT NULL,
    slug text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    language text NOT NULL,
    current_pool_id bigint,
    created_at timestamp with time zone NOT NULL,
    archived_at timestamp with time zone,
    library_id bigint
);


--
-- Name: bank_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.bank_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: bank_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.bank_id_seq OWNED BY public.bank.id;


--
-- Name: bank_member; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.bank_member (
    bank_id bigint NOT NULL,
    user_id bigint NOT NULL,
    role text NOT NULL,
    since timestamp with time zone,
    added_by bigint,
    CONSTRAINT ck_bank_member_role_known CHECK ((role = ANY (ARRAY['owner'::text, 'member'::text])))
);


--
-- Name: bank_reading; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.bank_reading (
    bank_id bigint NOT NULL,
    asks text NOT NULL,
    reading text NOT NULL,
    chosen_at timestamp with time zone NOT NULL,
    chosen_by bigint
);


--
-- Name: bank_upload; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.bank_upload (
    id bigint NOT NULL,
    token text NOT NULL,
    bank_id bigint NOT NULL,
    file_name text NOT NULL,
    sha256 text NOT NULL,
    options json NOT NULL,
    options_hash text NOT NULL,
    state text NOT NULL,
    checked json,
    uploaded_at timestamp with time zone NOT NULL,
    uploaded_by bigint,
    applied_at timestamp with time zone,
    applied_by bigint,
    added bigint NOT NULL,
    changed bigint NOT NULL,
    unchanged bigint NOT NULL,
    data bytea,
    CONSTRAINT ck_bank_upload_state_known CHECK ((state = ANY (ARRAY['checked'::text, 'applied'::text])))
);


--
-- Name: bank_upload_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.bank_upload_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: bank_upload_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.bank_upload_id_seq OWNED BY public.bank_upload.id;


--
-- Name: certificate; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.certificate (
    id bigint NOT NULL,
    number text NOT NULL,
    code text NOT NULL,
    attempt_id bigint NOT NULL,
    passed boolean NOT NULL,
    user_id bigint NOT NULL,
    course_id bigint NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    valid_until date NOT NULL,
    payload json NOT NULL,
    signature text NOT NULL,
    key_id text NOT NULL,
    CONSTRAINT ck_certificate_passed_only CHECK (passed)
);


--
-- Name: certificate_file; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.certificate_file (
    certificate_id bigint NOT NULL,
    pdf bytea NOT NULL,
    sha256 text NOT NULL,
    notices json NOT NULL,
    rendered_at timestamp with time zone NOT NULL
);


--
-- Name: certificate_holder; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.certificate_holder (
    certificate_id bigint NOT NULL,
    disclosed json NOT NULL
);


--
-- Name: certificate_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.certificate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: certificate_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.certificate_id_seq OWNED BY public.certificate.id;


--
-- Name: certificate_revocation; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.certificate_revocation (
    certificate_id bigint NOT NULL,
    revoked_at timestamp with time zone NOT NULL,
    revoked_by bigint,
    second_revoked_by bigint,
    reason text NOT NULL
);


--
-- Name: certificate_standing; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.certificate_standing (
    certificate_id bigint NOT NULL,
    user_id bigint NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    valid_until date NOT NULL,
    held_days bigint NOT NULL,
    ending text NOT NULL,
    name_folded text,
    CONSTRAINT ck_certificate_standing_ending_known CHECK ((ending = ANY (ARRAY['none'::text, 'superseded'::text, 'revoked'::text])))
);


--
-- Name: certificate_supersession; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.certificate_supersession (
    certificate_id bigint NOT NULL,
    superseded_by bigint NOT NULL,
    superseded_at timestamp with time zone NOT NULL
);


--
-- Name: completion_record; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.completion_record (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    course_id bigint NOT NULL,
    course_version_id bigint NOT NULL,
    attempt_id bigint NOT NULL,
    assignment_id bigint,
    certificate_id bigint,
    completed_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    valid_until date,
    score_percent text NOT NULL,
    pass_mark bigint NOT NULL,
    result text NOT NULL,
    frozen json NOT NULL,
    hash text NOT NULL,
    corrects_id bigint,
    correction_reason text,
    CONSTRAINT ck_completion_record_result_known CHECK ((result = ANY (ARRAY['passed'::text, 'failed'::text])))
);


--
-- Name: completion_record_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.completion_record_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: completion_record_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.completion_record_id_seq OWNED BY public.completion_record.id;


--
-- Name: course; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.course (
    id bigint NOT NULL,
    slug text NOT NULL,
    current_version_id bigint,
    certificate_months bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    library_id bigint NOT NULL
);


--
-- Name: course_fact; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.course_fact (
    course_version_id bigint NOT NULL,
    fact_version_id bigint NOT NULL
);


--
-- Name: course_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.course_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: course_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.course_id_seq OWNED BY public.course.id;


--
-- Name: course_member; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.course_member (
    course_id bigint NOT NULL,
    user_id bigint NOT NULL,
    role text NOT NULL,
    since timestamp with time zone,
    added_by bigint,
    CONSTRAINT ck_course_member_role_known CHECK ((role = ANY (ARRAY['owner'::text, 'member'::text])))
);


--
-- Name: course_module; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.course_module (
    course_version_id bigint NOT NULL,
    module_version_id bigint NOT NULL,
    "position" bigint NOT NULL
);


--
-- Name: course_term; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.course_term (
    course_version_id bigint NOT NULL,
    term_version_id bigint NOT NULL
);


--
-- Name: course_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.course_version (
    id bigint NOT NULL,
    course_id bigint NOT NULL,
    number bigint NOT NULL,
    label text NOT NULL,
    title text NOT NULL,
    summary text NOT NULL,
    language text NOT NULL,
    topics json NOT NULL,
    editions json NOT NULL,
    content_hash text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    approved_at timestamp with time zone,
    approved_by bigint,
    second_approved_by bigint,
    approved_by_name text
);


--
-- Name: course_version_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.course_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: course_version_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.course_version_id_seq OWNED BY public.course_version.id;


--
-- Name: edition; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.edition (
    id bigint NOT NULL,
    standard_id bigint NOT NULL,
    code text NOT NULL,
    label text NOT NULL,
    replaces_id bigint,
    published_on date,
    withdrawn_on date,
    bodies_ready_by date,
    new_certificates_until date,
    certificates_until date,
    confirmed_on date
);


--
-- Name: edition_alias; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.edition_alias (
    code text NOT NULL,
    edition_id bigint NOT NULL
);


--
-- Name: edition_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.edition_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: edition_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.edition_id_seq OWNED BY public.edition.id;


--
-- Name: employment; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.employment (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    hired_on date NOT NULL,
    left_on date,
    CONSTRAINT ck_employment_in_order CHECK (((left_on IS NULL) OR (left_on >= hired_on)))
);


--
-- Name: employment_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.employment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: employment_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.employment_id_seq OWNED BY public.employment.id;


--
-- Name: event; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.event (
    id bigint NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    actor_kind text NOT NULL,
    actor_id bigint,
    action text NOT NULL,
    scope text NOT NULL,
    object_type text NOT NULL,
    object_id text NOT NULL,
    before_hash text,
    after_hash text,
    request_id text,
    reason text,
    details json NOT NULL,
    CONSTRAINT ck_event_scope_known CHECK ((scope = ANY (ARRAY['technical'::text, 'people'::text, 'training'::text, 'banks'::text, 'records'::text])))
);


--
-- Name: event_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: event_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.event_id_seq OWNED BY public.event.id;


--
-- Name: extra_attempt; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.extra_attempt (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    quiz_id bigint NOT NULL,
    after_number bigint NOT NULL,
    given_at timestamp with time zone NOT NULL,
    giver_kind text NOT NULL,
    given_by bigint,
    reason text NOT NULL,
    CONSTRAINT ck_extra_attempt_given_by_another CHECK (((given_by IS NULL) OR (given_by <> user_id))),
    CONSTRAINT ck_extra_attempt_given_by_somebody CHECK (((giver_kind = 'user'::text) = (given_by IS NOT NULL)))
);


--
-- Name: extra_attempt_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.extra_attempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: extra_attempt_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.extra_attempt_id_seq OWNED BY public.extra_attempt.id;


--
-- Name: fact; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.fact (
    id bigint NOT NULL,
    code text NOT NULL,
    current_version_id bigint,
    library_id bigint NOT NULL
);


--
-- Name: fact_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.fact_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: fact_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.fact_id_seq OWNED BY public.fact.id;


--
-- Name: fact_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.fact_version (
    id bigint NOT NULL,
    fact_id bigint NOT NULL,
    statement text NOT NULL,
    topic text NOT NULL,
    edition_id bigint,
    clause text NOT NULL,
    reference text NOT NULL,
    difficulty bigint NOT NULL,
    review_due date,
    module_code text,
    paragraph text,
    content_hash text NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: fact_version_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.fact_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: fact_version_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.fact_version_id_seq OWNED BY public.fact_version.id;


--
-- Name: failed_tries; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.failed_tries (
    user_id bigint NOT NULL,
    count bigint NOT NULL,
    last_at timestamp with time zone NOT NULL,
    before_at timestamp with time zone
);


--
-- Name: form; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.form (
    attempt_id bigint NOT NULL,
    algorithm text NOT NULL,
    seed text NOT NULL,
    pools json NOT NULL,
    history json NOT NULL,
    hash text NOT NULL,
    receipt json NOT NULL,
    marking text DEFAULT 'shares-1'::text NOT NULL,
    narrowed json
);


--
-- Name: former_identity; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.former_identity (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    name text NOT NULL,
    personnel_no text NOT NULL,
    until_at timestamp with time zone NOT NULL
);


--
-- Name: former_identity_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.former_identity_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: former_identity_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.former_identity_id_seq OWNED BY public.former_identity.id;


--
-- Name: half_way; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.half_way (
    id bigint NOT NULL,
    token_hash text NOT NULL,
    user_id bigint NOT NULL,
    begun_at timestamp with time zone NOT NULL
);


--
-- Name: half_way_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.half_way_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: half_way_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.half_way_id_seq OWNED BY public.half_way.id;


--
-- Name: headcount; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.headcount (
    kind text NOT NULL,
    place_id bigint NOT NULL,
    day date NOT NULL,
    change bigint NOT NULL,
    CONSTRAINT ck_headcount_kind_known CHECK ((kind = ANY (ARRAY['unit'::text, 'site'::text])))
);


--
-- Name: identity; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.identity (
    user_id bigint NOT NULL,
    name text NOT NULL,
    name_folded text NOT NULL,
    personnel_no text NOT NULL,
    email text
);


--
-- Name: job; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.job (
    name text NOT NULL,
    held_by text,
    held_until timestamp with time zone,
    next_at timestamp with time zone,
    began_at timestamp with time zone,
    ended_at timestamp with time zone,
    outcome text,
    sentence text,
    done bigint NOT NULL,
    CONSTRAINT ck_job_held_by_somebody CHECK (((held_by IS NULL) = (held_until IS NULL))),
    CONSTRAINT ck_job_outcome_known CHECK ((outcome = ANY (ARRAY['ok'::text, 'failed'::text])))
);


--
-- Name: job_role; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.job_role (
    id bigint NOT NULL,
    code text NOT NULL,
    title text NOT NULL
);


--
-- Name: job_role_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.job_role_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: job_role_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.job_role_id_seq OWNED BY public.job_role.id;


--
-- Name: key_seen; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.key_seen (
    bank_id bigint NOT NULL,
    user_id bigint NOT NULL
);


--
-- Name: late_answer; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.late_answer (
    id bigint NOT NULL,
    attempt_id bigint NOT NULL,
    "position" bigint NOT NULL,
    response json,
    rev bigint NOT NULL,
    received_at timestamp with time zone NOT NULL,
    after_result boolean
);


--
-- Name: late_answer_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.late_answer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: late_answer_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.late_answer_id_seq OWNED BY public.late_answer.id;


--
-- Name: library; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.library (
    id bigint NOT NULL,
    slug text NOT NULL,
    title text NOT NULL,
    language text NOT NULL,
    topics json NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: library_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.library_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: library_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.library_id_seq OWNED BY public.library.id;


--
-- Name: library_member; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.library_member (
    library_id bigint NOT NULL,
    user_id bigint NOT NULL,
    role text NOT NULL,
    since timestamp with time zone,
    added_by bigint,
    CONSTRAINT ck_library_member_role_known CHECK ((role = ANY (ARRAY['owner'::text, 'member'::text])))
);


--
-- Name: module; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.module (
    id bigint NOT NULL,
    code text NOT NULL,
    slug text NOT NULL,
    library_id bigint NOT NULL,
    current_version_id bigint
);


--
-- Name: module_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.module_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: module_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.module_id_seq OWNED BY public.module.id;


--
-- Name: module_picture; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.module_picture (
    version_id bigint NOT NULL,
    sha256 text NOT NULL
);


--
-- Name: module_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.module_version (
    id bigint NOT NULL,
    module_id bigint NOT NULL,
    number bigint NOT NULL,
    title text NOT NULL,
    minutes bigint NOT NULL,
    content json NOT NULL,
    content_hash text NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: module_version_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.module_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: module_version_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.module_version_id_seq OWNED BY public.module_version.id;


--
-- Name: one_time_link; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.one_time_link (
    id bigint NOT NULL,
    token_hash text NOT NULL,
    purpose text NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    maker_kind text,
    maker_id bigint,
    code_hash text,
    CONSTRAINT ck_one_time_link_purpose_known CHECK ((purpose = ANY (ARRAY['first_access'::text, 'reset'::text])))
);


--
-- Name: one_time_link_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.one_time_link_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: one_time_link_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.one_time_link_id_seq OWNED BY public.one_time_link.id;


--
-- Name: outgoing_mail; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.outgoing_mail (
    id bigint NOT NULL,
    key text NOT NULL,
    kind text NOT NULL,
    user_id bigint NOT NULL,
    params json NOT NULL,
    state text NOT NULL,
    tries bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    next_try_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    last_error text,
    erased_at timestamp with time zone,
    CONSTRAINT ck_outgoing_mail_state_known CHECK ((state = ANY (ARRAY['waiting'::text, 'sent'::text, 'failed'::text, 'dropped'::text])))
);


--
-- Name: outgoing_mail_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.outgoing_mail_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: outgoing_mail_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.outgoing_mail_id_seq OWNED BY public.outgoing_mail.id;


--
-- Name: passkey; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.passkey (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    transports json NOT NULL,
    label text NOT NULL,
    added_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);


--
-- Name: passkey_challenge; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.passkey_challenge (
    place text NOT NULL,
    user_id bigint NOT NULL,
    challenge bytea NOT NULL,
    asked_at timestamp with time zone NOT NULL
);


--
-- Name: passkey_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.passkey_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: passkey_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.passkey_id_seq OWNED BY public.passkey.id;


--
-- Name: password; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.password (
    user_id bigint NOT NULL,
    hash text NOT NULL,
    changed_at timestamp with time zone NOT NULL
);


--
-- Name: people_import; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.people_import (
    id bigint NOT NULL,
    sha256 text NOT NULL,
    file_name text NOT NULL,
    applied_at timestamp with time zone NOT NULL,
    applied_by bigint,
    created bigint NOT NULL,
    changed bigint NOT NULL,
    deactivated bigint NOT NULL,
    state text NOT NULL,
    last_step_at timestamp with time zone,
    CONSTRAINT ck_people_import_state_known CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'broken'::text])))
);


--
-- Name: people_import_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.people_import_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: people_import_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.people_import_id_seq OWNED BY public.people_import.id;


--
-- Name: people_upload; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.people_upload (
    id bigint NOT NULL,
    token text NOT NULL,
    uploaded_by bigint NOT NULL,
    uploaded_at timestamp with time zone NOT NULL,
    file_name text NOT NULL,
    data bytea NOT NULL
);


--
-- Name: people_upload_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.people_upload_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: people_upload_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.people_upload_id_seq OWNED BY public.people_upload.id;


--
-- Name: picture; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.picture (
    sha256 text NOT NULL,
    media_type text NOT NULL,
    width bigint NOT NULL,
    height bigint NOT NULL,
    size bigint NOT NULL,
    kept_at timestamp with time zone NOT NULL,
    data bytea NOT NULL,
    CONSTRAINT ck_picture_media_type_known CHECK ((media_type = ANY (ARRAY['image/png'::text, 'image/jpeg'::text, 'image/webp'::text])))
);


--
-- Name: placement; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.placement (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    unit_id bigint,
    site_id bigint,
    job_role_id bigint,
    manager_id bigint,
    employment_type text NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    CONSTRAINT ck_placement_employment_type_known CHECK ((employment_type = ANY (ARRAY['employee'::text, 'temporary'::text, 'contractor'::text, 'apprentice'::text]))),
    CONSTRAINT ck_placement_in_order CHECK (((valid_to IS NULL) OR (valid_to > valid_from))),
    CONSTRAINT ck_placement_not_own_manager CHECK (((manager_id IS NULL) OR (manager_id <> user_id)))
);


--
-- Name: placement_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.placement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: placement_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.placement_id_seq OWNED BY public.placement.id;


--
-- Name: pool_snapshot; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.pool_snapshot (
    id bigint NOT NULL,
    hash text NOT NULL,
    bank_id bigint NOT NULL,
    size bigint NOT NULL,
    pool json NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: pool_snapshot_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.pool_snapshot_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: pool_snapshot_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.pool_snapshot_id_seq OWNED BY public.pool_snapshot.id;


--
-- Name: proposal; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.proposal (
    id bigint NOT NULL,
    kind text NOT NULL,
    object_id bigint NOT NULL,
    asked json NOT NULL,
    digest text NOT NULL,
    reason text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    asker_kind text NOT NULL,
    asked_by bigint,
    state text NOT NULL,
    settled_at timestamp with time zone,
    settler_kind text,
    settled_by bigint,
    settled_reason text,
    CONSTRAINT ck_proposal_asked_by_somebody CHECK (((asker_kind = 'user'::text) = (asked_by IS NOT NULL))),
    CONSTRAINT ck_proposal_confirmed_by_another CHECK (((state <> 'confirmed'::text) OR (settler_kind <> asker_kind) OR (COALESCE(settled_by, (0)::bigint) <> COALESCE(asked_by, (0)::bigint)))),
    CONSTRAINT ck_proposal_settled_by_somebody CHECK (((settled_at IS NULL) = (settler_kind IS NULL))),
    CONSTRAINT ck_proposal_settled_when_over CHECK (((state = 'asked'::text) = (settled_at IS NULL))),
    CONSTRAINT ck_proposal_state_known CHECK ((state = ANY (ARRAY['asked'::text, 'confirmed'::text, 'declined'::text, 'withdrawn'::text, 'stale'::text])))
);


--
-- Name: proposal_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.proposal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: proposal_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.proposal_id_seq OWNED BY public.proposal.id;


--
-- Name: question; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.question (
    id bigint NOT NULL,
    bank_id bigint NOT NULL,
    key text NOT NULL,
    latest_version_id bigint,
    approved_version_id bigint,
    created_at timestamp with time zone NOT NULL,
    retired_at timestamp with time zone
)
WITH (fillfactor='50');


--
-- Name: question_batch; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.question_batch (
    id bigint NOT NULL,
    bank_id bigint NOT NULL,
    upload_id bigint NOT NULL,
    state text NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    begun_by bigint,
    last_step_at timestamp with time zone NOT NULL,
    shown_at timestamp with time zone,
    CONSTRAINT ck_question_batch_shown_at_a_time CHECK (((state = 'shown'::text) = (shown_at IS NOT NULL))),
    CONSTRAINT ck_question_batch_state_known CHECK ((state = ANY (ARRAY['staged'::text, 'shown'::text, 'abandoned'::text])))
);


--
-- Name: question_batch_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.question_batch_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: question_batch_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.question_batch_id_seq OWNED BY public.question_batch.id;


--
-- Name: question_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.question_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: question_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.question_id_seq OWNED BY public.question.id;


--
-- Name: question_key; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.question_key (
    version_id bigint NOT NULL,
    key json NOT NULL
);


--
-- Name: question_picture; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.question_picture (
    version_id bigint NOT NULL,
    sha256 text NOT NULL
);


--
-- Name: question_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.question_version (
    id bigint NOT NULL,
    question_id bigint NOT NULL,
    number bigint NOT NULL,
    type text NOT NULL,
    content json NOT NULL,
    stem_text text NOT NULL,
    content_hash text NOT NULL,
    topic text,
    difficulty bigint,
    use text NOT NULL,
    language text NOT NULL,
    enemies text,
    source text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by bigint,
    revision bigint NOT NULL,
    marking text NOT NULL,
    module text,
    facts json NOT NULL,
    batch_id bigint,
    CONSTRAINT ck_question_version_difficulty_band CHECK (((difficulty IS NULL) OR ((difficulty >= 1) AND (difficulty <= 3)))),
    CONSTRAINT ck_question_version_use_known CHECK ((use = ANY (ARRAY['exam'::text, 'practice'::text])))
);


--
-- Name: question_version_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.question_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: question_version_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.question_version_id_seq OWNED BY public.question_version.id;


--
-- Name: quiz; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.quiz (
    id bigint NOT NULL,
    slug text NOT NULL,
    course_id bigint NOT NULL,
    kind text NOT NULL,
    published_version_id bigint,
    created_at timestamp with time zone NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT ck_quiz_kind_known CHECK ((kind = ANY (ARRAY['exam'::text, 'practice'::text])))
);


--
-- Name: quiz_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.quiz_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: quiz_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.quiz_id_seq OWNED BY public.quiz.id;


--
-- Name: quiz_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.quiz_version (
    id bigint NOT NULL,
    quiz_id bigint NOT NULL,
    number bigint NOT NULL,
    state text NOT NULL,
    title text NOT NULL,
    cells json NOT NULL,
    rules json NOT NULL,
    blueprint_hash text,
    created_at timestamp with time zone NOT NULL,
    created_by bigint,
    published_at timestamp with time zone,
    published_by bigint,
    second_published_by bigint,
    marking text DEFAULT 'shares-1'::text NOT NULL,
    weakened json,
    CONSTRAINT ck_quiz_version_state_known CHECK ((state = ANY (ARRAY['draft'::text, 'published'::text])))
);


--
-- Name: quiz_version_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.quiz_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: quiz_version_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.quiz_version_id_seq OWNED BY public.quiz_version.id;


--
-- Name: reading; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.reading (
    user_id bigint NOT NULL,
    module_id bigint NOT NULL,
    first_opened_at timestamp with time zone NOT NULL,
    last_opened_at timestamp with time zone NOT NULL,
    paragraph text,
    finished_at timestamp with time zone,
    finished_version_id bigint
);


--
-- Name: record_person; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.record_person (
    record_id bigint NOT NULL,
    name text NOT NULL,
    personnel_no text NOT NULL,
    manager_personnel_no text,
    manager_name text,
    salts json NOT NULL
);


--
-- Name: recovery_code; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.recovery_code (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    hash text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);


--
-- Name: recovery_code_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.recovery_code_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: recovery_code_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.recovery_code_id_seq OWNED BY public.recovery_code.id;


--
-- Name: requirement; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.requirement (
    id bigint NOT NULL,
    course_id bigint NOT NULL,
    target text NOT NULL,
    unit_id bigint,
    user_id bigint,
    version bigint NOT NULL,
    level text NOT NULL,
    due_on date NOT NULL,
    joiner_days bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by bigint,
    withdrawn_at timestamp with time zone,
    staged_at timestamp with time zone,
    CONSTRAINT ck_requirement_joiner_days_positive CHECK ((joiner_days >= 0)),
    CONSTRAINT ck_requirement_target_complete CHECK ((((target = 'unit'::text) = (unit_id IS NOT NULL)) AND ((target = 'person'::text) = (user_id IS NOT NULL)))),
    CONSTRAINT ck_requirement_target_known CHECK ((target = ANY (ARRAY['everybody'::text, 'unit'::text, 'person'::text])))
);


--
-- Name: requirement_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.requirement_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: requirement_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.requirement_id_seq OWNED BY public.requirement.id;


--
-- Name: result; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.result (
    attempt_id bigint NOT NULL,
    score text NOT NULL,
    out_of text NOT NULL,
    percent text NOT NULL,
    passed boolean NOT NULL,
    marked_at timestamp with time zone NOT NULL
);


--
-- Name: result_seen; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.result_seen (
    attempt_id bigint NOT NULL,
    seen_at timestamp with time zone NOT NULL
);


--
-- Name: roster_line; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.roster_line (
    user_id bigint NOT NULL,
    from_on date NOT NULL,
    until_on date NOT NULL,
    name_folded text NOT NULL,
    personnel_no text NOT NULL,
    active boolean NOT NULL,
    has_password boolean NOT NULL,
    words text NOT NULL,
    unit_id bigint,
    unit text,
    site_id bigint,
    site text,
    job_role_id bigint,
    job_role text,
    manager_id bigint,
    manager text
);


--
-- Name: search_word; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.search_word (
    user_id bigint NOT NULL,
    word text NOT NULL COLLATE pg_catalog."C"
);


--
-- Name: self_rating; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.self_rating (
    user_id bigint NOT NULL,
    module_id bigint NOT NULL,
    question text NOT NULL,
    rating text NOT NULL,
    rated_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_self_rating_rating_known CHECK ((rating = ANY (ARRAY['knew'::text, 'partly'::text, 'not_yet'::text])))
);


--
-- Name: setting; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.setting (
    id bigint NOT NULL,
    name text NOT NULL,
    number bigint NOT NULL,
    before text,
    after text NOT NULL,
    reason text NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    actor_kind text NOT NULL,
    actor_id bigint
);


--
-- Name: setting_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.setting_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: setting_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.setting_id_seq OWNED BY public.setting.id;


--
-- Name: sign_in_name; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sign_in_name (
    folded text NOT NULL,
    user_id bigint NOT NULL,
    kind text NOT NULL,
    CONSTRAINT ck_sign_in_name_kind_known CHECK ((kind = ANY (ARRAY['personnel_no'::text, 'email'::text])))
);


--
-- Name: signing_key; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.signing_key (
    key_id text NOT NULL,
    public_pem text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    retired_at timestamp with time zone,
    stolen_at timestamp with time zone,
    CONSTRAINT ck_signing_key_stolen_is_retired CHECK (((stolen_at IS NULL) OR (retired_at IS NOT NULL)))
);


--
-- Name: site; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.site (
    id bigint NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    time_zone text
);


--
-- Name: site_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.site_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: site_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.site_id_seq OWNED BY public.site.id;


--
-- Name: standard; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.standard (
    id bigint NOT NULL,
    code text NOT NULL,
    reference text NOT NULL,
    title text NOT NULL,
    certifiable boolean NOT NULL
);


--
-- Name: standard_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.standard_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: standard_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.standard_id_seq OWNED BY public.standard.id;


--
-- Name: term; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.term (
    id bigint NOT NULL,
    code text NOT NULL,
    current_version_id bigint,
    library_id bigint NOT NULL
);


--
-- Name: term_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.term_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: term_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.term_id_seq OWNED BY public.term.id;


--
-- Name: term_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.term_version (
    id bigint NOT NULL,
    term_id bigint NOT NULL,
    term text NOT NULL,
    also json NOT NULL,
    definition text NOT NULL,
    facts json NOT NULL,
    content_hash text NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: term_version_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.term_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: term_version_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.term_version_id_seq OWNED BY public.term_version.id;


--
-- Name: throttle; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.throttle (
    key text NOT NULL,
    window_started_at timestamp with time zone NOT NULL,
    count bigint NOT NULL
);


--
-- Name: unit; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.unit (
    id bigint NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    parent_id bigint
);


--
-- Name: unit_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.unit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: unit_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.unit_id_seq OWNED BY public.unit.id;


--
-- Name: user; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public."user" (
    id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    deactivated_at timestamp with time zone,
    is_demo boolean NOT NULL,
    language text,
    time_zone text
);


--
-- Name: user_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: user_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.user_id_seq OWNED BY public."user".id;


--
-- Name: user_role; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.user_role (
    user_id bigint NOT NULL,
    role text NOT NULL,
    granted_at timestamp with time zone NOT NULL,
    granted_by bigint,
    CONSTRAINT ck_user_role_role_known CHECK ((role = ANY (ARRAY['employee'::text, 'trainer'::text, 'hr'::text, 'manager'::text, 'auditor'::text, 'admin'::text])))
);


--
-- Name: user_session; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.user_session (
    id bigint NOT NULL,
    token_hash text NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    browser text NOT NULL,
    sitting bigint,
    failed_before bigint,
    failed_at timestamp with time zone,
    enrolling boolean DEFAULT false NOT NULL,
    address text,
    proved_at timestamp with time zone
);


--
-- Name: user_session_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.user_session_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: user_session_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.user_session_id_seq OWNED BY public.user_session.id;


--
-- Name: work; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.work (
    id bigint NOT NULL,
    kind text NOT NULL,
    params json NOT NULL,
    asked_by bigint NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    tries bigint NOT NULL,
    held_by text,
    held_until timestamp with time zone,
    began_at timestamp with time zone,
    done bigint NOT NULL,
    total bigint,
    ended_at timestamp with time zone,
    sentence text,
    file_name text,
    size bigint,
    purged_at timestamp with time zone,
    CONSTRAINT ck_work_ended_when_over CHECK (((state = ANY (ARRAY['waiting'::text, 'running'::text])) = (ended_at IS NULL))),
    CONSTRAINT ck_work_held_while_running CHECK (((state <> 'running'::text) OR (held_by IS NOT NULL))),
    CONSTRAINT ck_work_state_known CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
);


--
-- Name: work_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.work_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: work_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.work_id_seq OWNED BY public.work.id;


--
-- Name: account_notice id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account_notice ALTER COLUMN id SET DEFAULT nextval('public.account_notice_id_seq'::regclass);


--
-- Name: assignment id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assignment ALTER COLUMN id SET DEFAULT nextval('public.assignment_id_seq'::regclass);


--
-- Name: attempt id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attempt ALTER COLUMN id SET DEFAULT nextval('public.attempt_id_seq'::regclass);


--
-- Name: authenticator_app id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.authenticator_app ALTER COLUMN id SET DEFAULT nextval('public.authenticator_app_id_seq'::regclass);


--
-- Name: bank id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bank ALTER COLUMN id SET DEFAULT nextval('public.bank_id_seq'::regclass);


--
-- Name: bank_upload id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bank_upload ALTER COLUMN id SET DEFAULT nextval('public.bank_upload_id_seq'::regclass);


--
-- Name: certificate id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate ALTER COLUMN id SET DEFAULT nextval('public.certificate_id_seq'::regclass);


--
-- Name: completion_record id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.completion_record ALTER COLUMN id SET DEFAULT nextval('public.completion_record_id_seq'::regclass);


--
-- Name: course id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course ALTER COLUMN id SET DEFAULT nextval('public.course_id_seq'::regclass);


--
-- Name: course_version id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course_version ALTER COLUMN id SET DEFAULT nextval('public.course_version_id_seq'::regclass);


--
-- Name: edition id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.edition ALTER COLUMN id SET DEFAULT nextval('public.edition_id_seq'::regclass);


--
-- Name: employment id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.employment ALTER COLUMN id SET DEFAULT nextval('public.employment_id_seq'::regclass);


--
-- Name: event id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event ALTER COLUMN id SET DEFAULT nextval('public.event_id_seq'::regclass);


--
-- Name: extra_attempt id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.extra_attempt ALTER COLUMN id SET DEFAULT nextval('public.extra_attempt_id_seq'::regclass);


--
-- Name: fact id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.fact ALTER COLUMN id SET DEFAULT nextval('public.fact_id_seq'::regclass);


--
-- Name: fact_version id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.fact_version ALTER COLUMN id SET DEFAULT nextval('public.fact_version_id_seq'::regclass);


--
-- Name: former_identity id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.former_identity ALTER COLUMN id SET DEFAULT nextval('public.former_identity_id_seq'::regclass);


--
-- Name: half_way id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.half_way ALTER COLUMN id SET DEFAULT nextval('public.half_way_id_seq'::regclass);


--
-- Name: job_role id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.job_role ALTER COLUMN id SET DEFAULT nextval('public.job_role_id_seq'::regclass);


--
-- Name: late_answer id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.late_answer ALTER COLUMN id SET DEFAULT nextval('public.late_answer_id_seq'::regclass);


--
-- Name: library id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.library ALTER COLUMN id SET DEFAULT nextval('public.library_id_seq'::regclass);


--
-- Name: module id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.module ALTER COLUMN id SET DEFAULT nextval('public.module_id_seq'::regclass);


--
-- Name: module_version id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.module_version ALTER COLUMN id SET DEFAULT nextval('public.module_version_id_seq'::regclass);


--
-- Name: one_time_link id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.one_time_link ALTER COLUMN id SET DEFAULT nextval('public.one_time_link_id_seq'::regclass);


--
-- Name: outgoing_mail id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outgoing_mail ALTER COLUMN id SET DEFAULT nextval('public.outgoing_mail_id_seq'::regclass);


--
-- Name: passkey id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.passkey ALTER COLUMN id SET DEFAULT nextval('public.passkey_id_seq'::regclass);


--
-- Name: people_import id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.people_import ALTER COLUMN id SET DEFAULT nextval('public.people_import_id_seq'::regclass);


--
-- Name: people_upload id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.people_upload ALTER COLUMN id SET DEFAULT nextval('public.people_upload_id_seq'::regclass);


--
-- Name: placement id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.placement ALTER COLUMN id SET DEFAULT nextval('public.placement_id_seq'::regclass);


--
-- Name: pool_snapshot id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pool_snapshot ALTER COLUMN id SET DEFAULT nextval('public.pool_snapshot_id_seq'::regclass);


--
-- Name: proposal id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.proposal ALTER COLUMN id SET DEFAULT nextval('public.proposal_id_seq'::regclass);


--
-- Name: question id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question ALTER COLUMN id SET DEFAULT nextval('public.question_id_seq'::regclass);


--
-- Name: question_batch id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question_batch ALTER COLUMN id SET DEFAULT nextval('public.question_batch_id_seq'::regclass);


--
-- Name: question_version id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question_version ALTER COLUMN id SET DEFAULT nextval('public.question_version_id_seq'::regclass);


--
-- Name: quiz id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quiz ALTER COLUMN id SET DEFAULT nextval('public.quiz_id_seq'::regclass);


--
-- Name: quiz_version id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quiz_version ALTER COLUMN id SET DEFAULT nextval('public.quiz_version_id_seq'::regclass);


--
-- Name: recovery_code id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recovery_code ALTER COLUMN id SET DEFAULT nextval('public.recovery_code_id_seq'::regclass);


--
-- Name: requirement id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.requirement ALTER COLUMN id SET DEFAULT nextval('public.requirement_id_seq'::regclass);


--
-- Name: setting id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.setting ALTER COLUMN id SET DEFAULT nextval('public.setting_id_seq'::regclass);


--
-- Name: site id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.site ALTER COLUMN id SET DEFAULT nextval('public.site_id_seq'::regclass);


--
-- Name: standard id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.standard ALTER COLUMN id SET DEFAULT nextval('public.standard_id_seq'::regclass);


--
-- Name: term id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.term ALTER COLUMN id SET DEFAULT nextval('public.term_id_seq'::regclass);


--
-- Name: term_version id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.term_version ALTER COLUMN id SET DEFAULT nextval('public.term_version_id_seq'::regclass);


--
-- Name: unit id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unit ALTER COLUMN id SET DEFAULT nextval('public.unit_id_seq'::regclass);


--
-- Name: user id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public."user" ALTER COLUMN id SET DEFAULT nextval('public.user_id_seq'::regclass);


--
-- Name: user_session id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_session ALTER COLUMN id SET DEFAULT nextval('public.user_session_id_seq'::regclass);


--
-- Name: work id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.work ALTER COLUMN id SET DEFAULT nextval('public.work_id_seq'::regclass);


--
-- Data for Name: account_notice; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alembic_version VALUES ('0024');


--
-- Data for Name: answer; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.answer VALUES (1, 1, '["b", "c", "d"]', false, 1, '2026-11-23 09:00:00+00');
INSERT INTO public.answer VALUES (2, 1, '["b", "c", "d"]', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (2, 2, '"false"', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (2, 3, '["b", "c", "d"]', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (2, 4, '"a"', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (2, 5, '"a"', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (3, 1, '"a"', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (3, 2, '"false"', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (3, 3, '"false"', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (3, 4, '"a"', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (3, 5, '"a"', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (4, 1, '["b", "c", "d"]', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (4, 2, '"a"', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (4, 3, '"a"', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (4, 4, '"a"', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (4, 5, '["b", "c", "d"]', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (5, 1, '"a"', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (5, 2, '"false"', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (5, 3, '"a"', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (5, 4, '"false"', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (5, 5, '["d"]', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (6, 1, '"a"', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (6, 2, '"c"', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (6, 3, '"true"', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (7, 1, '["b", "c", "d"]', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (7, 2, '"c"', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (7, 3, '["d"]', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (8, 1, '["b", "c", "d"]', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (8, 2, '"true"', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (8, 3, '"d"', false, 1, '2026-11-23 10:00:00+00');
INSERT INTO public.answer VALUES (9, 1, '"false"', false, 1, '2026-11-24 11:00:00+00');
INSERT INTO public.answer VALUES (9, 2, '"a"', false, 1, '2026-11-24 11:00:00+00');
INSERT INTO public.answer VALUES (9, 3, '["b", "c", "d"]', false, 1, '2026-11-24 11:00:00+00');
INSERT INTO public.answer VALUES (9, 4, '"false"', false, 1, '2026-11-24 11:00:00+00');
INSERT INTO public.answer VALUES (9, 5, '"a"', false, 1, '2026-11-24 11:00:00+00');
INSERT INTO public.answer VALUES (10, 1, '["b", "c", "d"]', false, 1, '2026-11-24 11:00:00+00');
INSERT INTO public.answer VALUES (10, 2, '"a"', false, 1, '2026-11-24 11:00:00+00');
INSERT INTO public.answer VALUES (10, 3, '["b", "c", "d"]', false, 1, '2026-11-24 11:00:00+00');
INSERT INTO public.answer VALUES (10, 4, '"false"', false, 1, '2026-11-24 11:00:00+00');
INSERT INTO public.answer VALUES (10, 5, '"false"', false, 1, '2026-11-24 11:00:00+00');
INSERT INTO public.answer VALUES (13, 1, '"a"', false, 1, '2026-11-24 11:00:00+00');
INSERT INTO public.answer VALUES (13, 2, '"true"', false, 1, '2026-11-24 11:00:00+00');


--
-- Data for Name: approval; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.approval VALUES (1, '2026-11-23 09:00:00+00', NULL, NULL);
INSERT INTO public.approval VALUES (2, '2026-11-23 09:00:00+00', NULL, NULL);
INSERT INTO public.approval VALUES (3, '2026-11-23 09:00:00+00', NULL, NULL);
INSERT INTO public.approval VALUES (4, '2026-11-23 09:00:00+00', NULL, NULL);
INSERT INTO public.approval VALUES (5, '2026-11-23 09:00:00+00', NULL, NULL);
INSERT INTO public.approval VALUES (6, '2026-11-23 09:00:00+00', NULL, NULL);
INSERT INTO public.approval VALUES (7, '2026-11-23 09:00:00+00', NULL, NULL);
INSERT INTO public.approval VALUES (8, '2026-11-23 09:00:00+00', NULL, NULL);
INSERT INTO public.approval VALUES (9, '2026-11-23 09:00:00+00', NULL, NULL);
INSERT INTO public.approval VALUES (10, '2026-11-23 09:00:00+00', NULL, NULL);
INSERT INTO public.approval VALUES (11, '2026-11-23 09:00:00+00', NULL, NULL);
INSERT INTO public.approval VALUES (12, '2026-11-23 09:00:00+00', NULL, NULL);
INSERT INTO public.approval VALUES (13, '2026-11-23 09:00:00+00', NULL, NULL);
INSERT INTO public.approval VALUES (14, '2026-11-23 09:00:00+00', NULL, NULL);
INSERT INTO public.approval VALUES (15, '2026-11-23 09:00:00+00', NULL, NULL);
INSERT INTO public.approval VALUES (16, '2026-11-23 09:00:00+00', NULL, NULL);
INSERT INTO public.approval VALUES (17, '2026-11-23 09:00:00+00', NULL, NULL);
INSERT INTO public.approval VALUES (18, '2026-11-23 09:00:00+00', NULL, NULL);
INSERT INTO public.approval VALUES (19, '2026-11-23 09:00:00+00', 8, NULL);


--
-- Data for Name: assignment; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.assignment VALUES (1, 1, 1, 1, '2026-11-23', '2026-12-31', NULL);
INSERT INTO public.assignment VALUES (2, 1, 2, 1, '2026-11-23', '2026-12-31', NULL);
INSERT INTO public.assignment VALUES (3, 1, 3, 1, '2026-11-23', '2026-12-31', NULL);
INSERT INTO public.assignment VALUES (4, 1, 4, 1, '2026-11-23', '2026-12-31', NULL);
INSERT INTO public.assignment VALUES (5, 1, 5, 1, '2026-11-23', '2026-12-31', '2026-11-23');
INSERT INTO public.assignment VALUES (6, 1, 6, 1, '2026-11-23', '2026-12-31', NULL);
INSERT INTO public.assignment VALUES (7, 1, 7, 1, '2026-11-23', '2026-12-31', NULL);
INSERT INTO public.assignment VALUES (8, 1, 8, 1, '2026-11-23', '2026-12-31', NULL);
INSERT INTO public.assignment VALUES (9, 1, 9, 1, '2026-11-23', '2026-12-31', NULL);
INSERT INTO public.assignment VALUES (10, 1, 10, 1, '2026-11-23', '2026-12-31', NULL);
INSERT INTO public.assignment VALUES (11, 2, 1, 2, '2026-11-23', '2026-12-31', NULL);
INSERT INTO public.assignment VALUES (12, 2, 2, 2, '2026-11-23', '2026-12-31', NULL);
INSERT INTO public.assignment VALUES (13, 2, 3, 2, '2026-11-23', '2026-12-31', NULL);
INSERT INTO public.assignment VALUES (14, 2, 4, 2, '2026-11-23', '2026-12-31', NULL);
INSERT INTO public.assignment VALUES (15, 2, 5, 2, '2026-11-23', '2026-12-31', '2026-11-23');
INSERT INTO public.assignment VALUES (16, 2, 6, 2, '2026-11-23', '2026-12-31', NULL);
INSERT INTO public.assignment VALUES (17, 2, 7, 2, '2026-11-23', '2026-12-31', NULL);
INSERT INTO public.assignment VALUES (18, 2, 8, 2, '2026-11-23', '2026-12-31', NULL);
INSERT INTO public.assignment VALUES (19, 2, 9, 2, '2026-11-23', '2026-12-31', NULL);
INSERT INTO public.assignment VALUES (20, 2, 10, 2, '2026-11-23', '2026-12-31', NULL);


--
-- Data for Name: attempt; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.attempt VALUES (1, 4, 1, 1, 1, 1, 'expired', '2026-11-23 09:00:00+00', '2026-11-23 09:30:00+00', '2026-11-23 09:30:15+00', false, false);
INSERT INTO public.attempt VALUES (2, 1, 1, 6, 1, 1, 'submitted', '2026-11-23 10:00:00+00', '2026-11-23 10:30:00+00', '2026-11-23 10:00:00+00', false, false);
INSERT INTO public.attempt VALUES (3, 2, 1, 6, 1, 1, 'submitted', '2026-11-23 10:00:00+00', '2026-11-23 10:30:00+00', '2026-11-23 10:00:00+00', false, false);
INSERT INTO public.attempt VALUES (4, 1, 3, 5, 2, 1, 'submitted', '2026-11-23 10:00:00+00', '2026-11-23 10:30:00+00', '2026-11-23 10:00:00+00', false, false);
INSERT INTO public.attempt VALUES (5, 7, 3, 5, 2, 1, 'submitted', '2026-11-23 10:00:00+00', '2026-11-23 10:30:00+00', '2026-11-23 10:00:00+00', false, false);
INSERT INTO public.attempt VALUES (6, 3, 1, 6, 1, 1, 'submitted', '2026-11-23 10:00:00+00', '2026-11-23 10:30:00+00', '2026-11-23 10:00:00+00', false, false);
INSERT INTO public.attempt VALUES (7, 3, 3, 5, 2, 1, 'submitted', '2026-11-23 10:00:00+00', '2026-11-23 10:30:00+00', '2026-11-23 10:00:00+00', false, false);
INSERT INTO public.attempt VALUES (8, 4, 3, 5, 2, 1, 'submitted', '2026-11-23 10:00:00+00', '2026-11-23 10:30:00+00', '2026-11-23 10:00:00+00', false, false);
INSERT INTO public.attempt VALUES (9, 1, 3, 5, 2, 2, 'submitted', '2026-11-24 11:00:00+00', '2026-11-24 11:30:00+00', '2026-11-24 11:00:00+00', false, false);
INSERT INTO public.attempt VALUES (10, 4, 3, 5, 2, 2, 'submitted', '2026-11-24 11:00:00+00', '2026-11-24 11:30:00+00', '2026-11-24 11:00:00+00', false, false);
INSERT INTO public.attempt VALUES (11, 2, 2, 2, 1, 1, 'submitted', '2026-11-24 11:00:00+00', NULL, '2026-11-24 11:00:00+00', NULL, false);
INSERT INTO public.attempt VALUES (12, 6, 4, 4, 2, 1, 'submitted', '2026-11-24 11:00:00+00', NULL, '2026-11-24 11:00:00+00', NULL, false);
INSERT INTO public.attempt VALUES (13, 6, 1, 6, 1, 1, 'open', '2026-11-24 11:00:00+00', '2026-11-24 11:30:00+00', NULL, false, false);


--
-- Data for Name: attempt_item; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.attempt_item VALUES (1, 1, 2, '["a", "b", "c", "d"]', 0);
INSERT INTO public.attempt_item VALUES (1, 2, 7, '["c", "d", "b", "a"]', 1);
INSERT INTO public.attempt_item VALUES (1, 3, 1, '["b", "c", "a", "d"]', 0);
INSERT INTO public.attempt_item VALUES (1, 4, 3, '["true", "false"]', 0);
INSERT INTO public.attempt_item VALUES (1, 5, 5, '["c", "b", "a", "d"]', 1);
INSERT INTO public.attempt_item VALUES (2, 1, 2, '["d", "a", "c", "b"]', 0);
INSERT INTO public.attempt_item VALUES (2, 2, 3, '["true", "false"]', 0);
INSERT INTO public.attempt_item VALUES (2, 3, 5, '["d", "b", "a", "c"]', 1);
INSERT INTO public.attempt_item VALUES (2, 4, 7, '["d", "c", "b", "a"]', 1);
INSERT INTO public.attempt_item VALUES (2, 5, 4, '["a", "d", "c", "b"]', 0);
INSERT INTO public.attempt_item VALUES (3, 1, 4, '["b", "a", "c", "d"]', 0);
INSERT INTO public.attempt_item VALUES (3, 2, 3, '["true", "false"]', 0);
INSERT INTO public.attempt_item VALUES (3, 3, 6, '["true", "false"]', 1);
INSERT INTO public.attempt_item VALUES (3, 4, 7, '["a", "c", "b", "d"]', 1);
INSERT INTO public.attempt_item VALUES (3, 5, 19, '["a", "d", "b", "c"]', 0);
INSERT INTO public.attempt_item VALUES (4, 1, 11, '["b", "d", "a", "c"]', 0);
INSERT INTO public.attempt_item VALUES (4, 2, 13, '["b", "a", "d", "c"]', 0);
INSERT INTO public.attempt_item VALUES (4, 3, 16, '["b", "d", "a", "c"]', 1);
INSERT INTO public.attempt_item VALUES (4, 4, 10, '["d", "b", "c", "a"]', 0);
INSERT INTO public.attempt_item VALUES (4, 5, 14, '["a", "c", "d", "b"]', 1);
INSERT INTO public.attempt_item VALUES (5, 1, 16, '["c", "d", "a", "b"]', 1);
INSERT INTO public.attempt_item VALUES (5, 2, 15, '["true", "false"]', 1);
INSERT INTO public.attempt_item VALUES (5, 3, 13, '["c", "b", "d", "a"]', 0);
INSERT INTO public.attempt_item VALUES (5, 4, 12, '["true", "false"]', 0);
INSERT INTO public.attempt_item VALUES (5, 5, 11, '["d", "a", "b", "c"]', 0);
INSERT INTO public.attempt_item VALUES (6, 1, 7, '["b", "d", "c", "a"]', 1);
INSERT INTO public.attempt_item VALUES (6, 2, 4, '["a", "c", "d", "b"]', 0);
INSERT INTO public.attempt_item VALUES (6, 3, 3, '["true", "false"]', 0);
INSERT INTO public.attempt_item VALUES (6, 4, 5, '["a", "c", "d", "b"]', 1);
INSERT INTO public.attempt_item VALUES (6, 5, 19, '["b", "a", "c", "d"]', 0);
INSERT INTO public.attempt_item VALUES (7, 1, 14, '["d", "c", "a", "b"]', 1);
INSERT INTO public.attempt_item VALUES (7, 2, 16, '["c", "b", "d", "a"]', 1);
INSERT INTO public.attempt_item VALUES (7, 3, 11, '["d", "a", "c", "b"]', 0);
INSERT INTO public.attempt_item VALUES (7, 4, 10, '["c", "b", "a", "d"]', 0);
INSERT INTO public.attempt_item VALUES (7, 5, 12, '["true", "false"]', 0);
INSERT INTO public.attempt_item VALUES (8, 1, 11, '["b", "a", "c", "d"]', 0);
INSERT INTO public.attempt_item VALUES (8, 2, 12, '["true", "false"]', 0);
INSERT INTO public.attempt_item VALUES (8, 3, 16, '["d", "c", "b", "a"]', 1);
INSERT INTO public.attempt_item VALUES (8, 4, 14, '["d", "c", "b", "a"]', 1);
INSERT INTO public.attempt_item VALUES (8, 5, 13, '["d", "c", "a", "b"]', 0);
INSERT INTO public.attempt_item VALUES (9, 1, 12, '["true", "false"]', 0);
INSERT INTO public.attempt_item VALUES (9, 2, 13, '["a", "b", "d", "c"]', 0);
INSERT INTO public.attempt_item VALUES (9, 3, 11, '["d", "a", "c", "b"]', 0);
INSERT INTO public.attempt_item VALUES (9, 4, 15, '["true", "false"]', 1);
INSERT INTO public.attempt_item VALUES (9, 5, 16, '["a", "b", "c", "d"]', 1);
INSERT INTO public.attempt_item VALUES (10, 1, 11, '["c", "b", "d", "a"]', 0);
INSERT INTO public.attempt_item VALUES (10, 2, 10, '["b", "c", "a", "d"]', 0);
INSERT INTO public.attempt_item VALUES (10, 3, 14, '["a", "c", "b", "d"]', 1);
INSERT INTO public.attempt_item VALUES (10, 4, 15, '["true", "false"]', 1);
INSERT INTO public.attempt_item VALUES (10, 5, 12, '["true", "false"]', 0);
INSERT INTO public.attempt_item VALUES (11, 1, 9, '["true", "false"]', 0);
INSERT INTO public.attempt_item VALUES (12, 1, 17, '["c", "d", "b", "a"]', 0);
INSERT INTO public.attempt_item VALUES (13, 1, 19, '["a", "c", "b", "d"]', 0);
INSERT INTO public.attempt_item VALUES (13, 2, 3, '["true", "false"]', 0);
INSERT INTO public.attempt_item VALUES (13, 3, 5, '["b", "a", "d", "c"]', 1);
INSERT INTO public.attempt_item VALUES (13, 4, 2, '["a", "b", "c", "d"]', 0);
INSERT INTO public.attempt_item VALUES (13, 5, 6, '["true", "false"]', 1);


--
-- Data for Name: attempt_mark; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.attempt_mark VALUES (1, 1, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (1, 2, '0', 'iso');
INSERT INTO public.attempt_mark VALUES (1, 3, '0', 'iso');
INSERT INTO public.attempt_mark VALUES (1, 4, '0', 'iso');
INSERT INTO public.attempt_mark VALUES (1, 5, '0', 'iso');
INSERT INTO public.attempt_mark VALUES (2, 1, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (2, 2, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (2, 3, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (2, 4, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (2, 5, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (3, 1, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (3, 2, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (3, 3, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (3, 4, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (3, 5, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (4, 1, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (4, 2, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (4, 3, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (4, 4, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (4, 5, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (5, 1, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (5, 2, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (5, 3, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (5, 4, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (5, 5, '1/3', 'iso');
INSERT INTO public.attempt_mark VALUES (6, 1, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (6, 2, '0', 'iso');
INSERT INTO public.attempt_mark VALUES (6, 3, '0', 'iso');
INSERT INTO public.attempt_mark VALUES (6, 4, '0', 'iso');
INSERT INTO public.attempt_mark VALUES (6, 5, '0', 'iso');
INSERT INTO public.attempt_mark VALUES (7, 1, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (7, 2, '0', 'iso');
INSERT INTO public.attempt_mark VALUES (7, 3, '1/3', 'iso');
INSERT INTO public.attempt_mark VALUES (7, 4, '0', 'iso');
INSERT INTO public.attempt_mark VALUES (7, 5, '0', 'iso');
INSERT INTO public.attempt_mark VALUES (8, 1, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (8, 2, '0', 'iso');
INSERT INTO public.attempt_mark VALUES (8, 3, '0', 'iso');
INSERT INTO public.attempt_mark VALUES (8, 4, '0', 'iso');
INSERT INTO public.attempt_mark VALUES (8, 5, '0', 'iso');
INSERT INTO public.attempt_mark VALUES (9, 1, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (9, 2, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (9, 3, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (9, 4, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (9, 5, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (10, 1, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (10, 2, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (10, 3, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (10, 4, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (10, 5, '1', 'iso');
INSERT INTO public.attempt_mark VALUES (11, 1, '0', 'iso');
INSERT INTO public.attempt_mark VALUES (12, 1, '0', 'iso');


--
-- Data for Name: authenticator_app; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: bank; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.bank VALUES (1, 'short', 'Questions, short', 'Who and when.', 'en', 3, '2026-11-23 09:00:00+00', NULL, 1);
INSERT INTO public.bank VALUES (2, 'other', 'Questions, other', 'Who and when.', 'en', 2, '2026-11-23 09:00:00+00', NULL, 2);


--
-- Data for Name: bank_member; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.bank_member VALUES (1, 8, 'owner', '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.bank_member VALUES (2, 10, 'owner', '2026-11-23 09:00:00+00', NULL);


--
-- Data for Name: bank_reading; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.bank_reading VALUES (2, 'answer@0123456789abcdef', 'place', '2026-11-24 11:00:00+00', 10);


--
-- Data for Name: bank_upload; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: certificate; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.certificate VALUES (1, '26-35C1-W9YY', '2A8KE1ADJ20JM0ZT0EJ0WMAQ61', 2, true, 1, 1, '2026-11-23 10:00:00+00', '2028-11-23', '{"schema": "isotrain-certificate-1", "kind": "course completion", "statement": "This certificate records completion of a course. It does not certify the holder or an organization to an ISO standard.", "number": "26-35C1-W9YY", "code": "2A8KE1ADJ20JM0ZT0EJ0WMAQ61", "course": {"id": "short", "title": "A short course", "version": "1"}, "standards": [], "score_percent": "100.0", "pass_mark_percent": "60", "issued_at": "2026-11-23T10:00:00Z", "issued_on": "2026-11-23", "valid_until": "2028-11-23", "issuer": "Example Works", "attempt": "2", "form": "0853b3caa7bb48a03a5ce709606f806aa7c346163d3b529f2eec8587af401a2a", "holder": {"name": "347ef7eb32a72a24d2e63629b5c632f9d4d95c636fda655b920a546de21f81e3", "personnel_number": "6616b4274b970270325d07c403b6ec05e83e170d49a0ca17ba35ecaf13130a17"}, "key_id": "5baec2510da1735f"}', '6cc2a1ec66e076cbcb0412bfe4e59bc95eb18e3d7a4fba86319bd1ea83533642bc2b7a5f17d82fc845b5bf47b71e4547ef1c9a128ece3d560cc6e6629b68610e', '5baec2510da1735f');
INSERT INTO public.certificate VALUES (2, '26-9V4N-K7Y2', '4M03RV475N4ZBZMF9YNEX96NBT', 3, true, 2, 1, '2026-11-23 10:00:00+00', '2028-11-23', '{"schema": "isotrain-certificate-1", "kind": "course completion", "statement": "This certificate records completion of a course. It does not certify the holder or an organization to an ISO standard.", "number": "26-9V4N-K7Y2", "code": "4M03RV475N4ZBZMF9YNEX96NBT", "course": {"id": "short", "title": "A short course", "version": "1"}, "standards": [], "score_percent": "100.0", "pass_mark_percent": "60", "issued_at": "2026-11-23T10:00:00Z", "issued_on": "2026-11-23", "valid_until": "2028-11-23", "issuer": "Example Works", "attempt": "3", "form": "506e2ee63ad60a9a9132b0cb5935afa342a6e47e748c3eecf632ae2e651e729e", "holder": {"name": "ab4662c91936821da69cf0e43b0b6c7665a1abd5af188e996259b18f409489ba", "personnel_number": "28be1d45afa2eae1cb54cd8f73073a99c78ed95f0d05c375d95d22faa0beed2c"}, "key_id": "5baec2510da1735f"}', '1dcd952d3266a0d6a17193a8f704834804eeb7ba14516f277c811997a5146ec2e58c81af90d716328d8dbc644f7eed69f17009cae047101d766a9e828c021200', '5baec2510da1735f');
INSERT INTO public.certificate VALUES (3, '26-CW37-3KCQ', '2SW6BGDN8X77V6E4E2CMYDFTRJ', 4, true, 1, 2, '2026-11-23 10:00:00+00', '2028-11-23', '{"schema": "isotrain-certificate-1", "kind": "course completion", "statement": "This certificate records completion of a course. It does not certify the holder or an organization to an ISO standard.", "number": "26-CW37-3KCQ", "code": "2SW6BGDN8X77V6E4E2CMYDFTRJ", "course": {"id": "other", "title": "A other course", "version": "1"}, "standards": [], "score_percent": "100.0", "pass_mark_percent": "60", "issued_at": "2026-11-23T10:00:00Z", "issued_on": "2026-11-23", "valid_until": "2028-11-23", "issuer": "Example Works", "attempt": "4", "form": "b681e97b77d9a89fc7fb8d17b5c6c7a0e68e83d3499f25aebf15565c1897f2cb", "holder": {"name": "a80411244bb4e18f974575a56f68a8ae2cd0a4cfbfba68e274fb93d053fad292", "personnel_number": "827e6973a6506c546c28e15e9bf9161480a5c310885cdb91ab04457b1e2414a9"}, "key_id": "5baec2510da1735f"}', '63cd00cf5c5ffc06a232a3013bd5078e36bd50fe0590dff4dd9ce8491d0c7d8d6302447f146e566afb3282c01d7a4d6e78fe4cadcb2c1250bc1475a3cfa0db07', '5baec2510da1735f');
INSERT INTO public.certificate VALUES (4, '26-ETJG-H1YR', '3TC6TKE0DYZPQ0XVQZNV677WAE', 5, true, 7, 2, '2026-11-23 10:00:00+00', '2028-11-23', '{"schema": "isotrain-certificate-1", "kind": "course completion", "statement": "This certificate records completion of a course. It does not certify the holder or an organization to an ISO standard.", "number": "26-ETJG-H1YR", "code": "3TC6TKE0DYZPQ0XVQZNV677WAE", "course": {"id": "other", "title": "A other course", "version": "1"}, "standards": [], "score_percent": "86.6", "pass_mark_percent": "60", "issued_at": "2026-11-23T10:00:00Z", "issued_on": "2026-11-23", "valid_until": "2028-11-23", "issuer": "Example Works", "attempt": "5", "form": "36eb6cfc9d4518befe1fa7716e7d3d1e861e1368bf41b8d47ce3c449ed0f5a00", "holder": {"name": "08c51c4e2c5791ff92e353ab8d32d92c1c6260644f0cc265008687bcd7f8642c", "personnel_number": "69671f13a940348f7f79ae6d4525cd533fc2998d72f424570c89a2168ab6fcc2"}, "key_id": "5baec2510da1735f"}', '01b72ccfd1b4cbb71286c5ca2569c06fc3d82dd68861dc9b54be4f08bc57cc81fbad548077df0c9d78724b2cd71a5ec68077ac9460d6a34f51c0f906cd2c8c0a', '5baec2510da1735f');
INSERT INTO public.certificate VALUES (5, '26-MT5M-2B22', '0GHJCNQ59WH8TNC483W80MSY18', 9, true, 1, 2, '2026-11-24 11:00:00+00', '2028-11-24', '{"schema": "isotrain-certificate-1", "kind": "course completion", "statement": "This certificate records completion of a course. It does not certify the holder or an organization to an ISO standard.", "number": "26-MT5M-2B22", "code": "0GHJCNQ59WH8TNC483W80MSY18", "course": {"id": "other", "title": "A other course", "version": "1"}, "standards": [], "score_percent": "100.0", "pass_mark_percent": "60", "issued_at": "2026-11-24T11:00:00Z", "issued_on": "2026-11-24", "valid_until": "2028-11-24", "issuer": "Example Works", "attempt": "9", "form": "85f0aa67bbdae3d246d55a303cb59d56cee63e9401be5e97a9432072d32ce377", "holder": {"name": "aabf3b24a7831ad113a7115273799478b00ea823263730df35165b4859342140", "personnel_number": "dfe099eabaa41abb94e34dda3e2358e5a8b2a8dd6ac313905f6ef32a1a363b7c"}, "key_id": "5baec2510da1735f"}', '30394625da84963b57397fb4c4f2ae351cb333bcfb69776f29d682acf52a18015611147c259e003e80fb652f1edbb745c8b84f55c55ca3ce1507d0f19d4bb400', '5baec2510da1735f');
INSERT INTO public.certificate VALUES (6, '26-JR31-X4QN', '7BC96VWNQBCRGAWRG81G8A4WYA', 10, true, 4, 2, '2026-11-24 11:00:00+00', '2028-11-24', '{"schema": "isotrain-certificate-1", "kind": "course completion", "statement": "This certificate records completion of a course. It does not certify the holder or an organization to an ISO standard.", "number": "26-JR31-X4QN", "code": "7BC96VWNQBCRGAWRG81G8A4WYA", "course": {"id": "other", "title": "A other course", "version": "1"}, "standards": [], "score_percent": "100.0", "pass_mark_percent": "60", "issued_at": "2026-11-24T11:00:00Z", "issued_on": "2026-11-24", "valid_until": "2028-11-24", "issuer": "Example Works", "attempt": "10", "form": "b9e10d605536f2390f88fcca601a8972c458dd48f0d8bd2f9c667dc82de61c50", "holder": {"name": "5d10e2f5ab44b4a2b75f68b2d6481d16984b21250ae8fc0c731cdbb48367ff02", "personnel_number": "a6e4578e89a2bc6e564daae265d59f49fa2167ce72319b4ff1493d22237ace72"}, "key_id": "5baec2510da1735f"}', '5fa8a73d5fca69682de9fdd3840d25a62fcc184575ab5e8b88e3337777e1e40ddf62300b5f501060064a3aab12bbefa663e32799c5885f2be7db234751722e04', '5baec2510da1735f');


--
-- Data for Name: certificate_file; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: certificate_holder; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.certificate_holder VALUES (1, '{"name": {"value": "Ada \u00c5ngstr\u00f6m", "salt": "4fc82b26aecb47d2868c4efbe3581732"}, "personnel_number": {"value": "1001", "salt": "6b51d431df5d7f141cbececcf79edf3d"}}');
INSERT INTO public.certificate_holder VALUES (2, '{"name": {"value": "Bela O''Neill", "salt": "f5ca38f748a1d6eaf726b8a42fb575c3"}, "personnel_number": {"value": "1002", "salt": "6f4b6612125fb3a0daecd2799dfd6c9c"}}');
INSERT INTO public.certificate_holder VALUES (3, '{"name": {"value": "Ada \u00c5ngstr\u00f6m", "salt": "35135aaa6cc23891b40cb3f378c53a17"}, "personnel_number": {"value": "1001", "salt": "624b60c58c9d8bfb6ff1886c2fd605d2"}}');
INSERT INTO public.certificate_holder VALUES (4, '{"name": {"value": "Ada \u00c5ngstr\u00f6m", "salt": "aea92132c4cbeb263e6ac2bf6c183b5d"}, "personnel_number": {"value": "1007", "salt": "0b918943df0962bc7a1824c0555a3893"}}');
INSERT INTO public.certificate_holder VALUES (5, '{"name": {"value": "Ada \u00c5ngstr\u00f6m", "salt": "3ada92f28b4ceda38562ebf047c6ff05"}, "personnel_number": {"value": "1001", "salt": "49d180ecf56132819571bf39d9b7b342"}}');
INSERT INTO public.certificate_holder VALUES (6, '{"name": {"value": "Dee Expired", "salt": "f369cb89fc627e668987007d121ed1ea"}, "personnel_number": {"value": "1004", "salt": "f74efabef12ea619e30b79bddef89cff"}}');


--
-- Data for Name: certificate_revocation; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.certificate_revocation VALUES (2, '2026-11-23 10:00:00+00', NULL, NULL, 'Made to be revoked.');


--
-- Data for Name: certificate_standing; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.certificate_standing VALUES (1, 1, '2026-11-23 10:00:00+00', '2028-11-23', 731, 'none', 'ada ångström');
INSERT INTO public.certificate_standing VALUES (2, 2, '2026-11-23 10:00:00+00', '2028-11-23', 731, 'revoked', 'bela o''neill');
INSERT INTO public.certificate_standing VALUES (3, 1, '2026-11-23 10:00:00+00', '2028-11-23', 731, 'superseded', 'ada ångström');
INSERT INTO public.certificate_standing VALUES (4, 7, '2026-11-23 10:00:00+00', '2028-11-23', 731, 'none', 'ada ångström');
INSERT INTO public.certificate_standing VALUES (5, 1, '2026-11-24 11:00:00+00', '2028-11-24', 731, 'none', 'ada ångström');
INSERT INTO public.certificate_standing VALUES (6, 4, '2026-11-24 11:00:00+00', '2028-11-24', 731, 'none', 'dee expired');


--
-- Data for Name: certificate_supersession; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.certificate_supersession VALUES (3, 5, '2026-11-24 11:00:00+00');


--
-- Data for Name: completion_record; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.completion_record VALUES (1, 4, 1, 1, 1, 4, NULL, '2026-11-23 09:30:15+00', '2026-11-23 10:00:00+00', NULL, '20.0', 60, 'failed', '{"schema": "isotrain-record-2", "completed_on": "2026-11-23", "time_zone": "UTC", "place": {"unit": "Hall", "unit_code": "HALL", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-04"}, "requirement": {"id": 1, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "short", "title": "A short course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "short-exam", "title": "Exam, short", "version": 1, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 1, "number": 1, "state": "expired", "form": "54fde85becf23f7f3583b3f52b3ccedf6a3da7584f1defd73fdda7aecd413ba8", "started_at": "2026-11-23T09:00:00.000000+00:00", "closed_at": "2026-11-23T09:30:15.000000+00:00", "saw_keys": false, "after_reset": false, "extra": false}, "result": {"result": "failed", "score": "1", "out_of": "5", "percent": "20.0"}, "certificate": null, "person": {"name": "ea0467fa03d68179e4c581dd4f9a1b3417844192061c5588700f056e84a94926", "personnel_no": "977ad7a340af064dcf747332518e91c0b308b2278a2c106be837febd44065998", "manager_name": "86ce88f3429197a88cf1119ec25d9cf96d81702fb10f781beaa90d23da32c820", "manager_personnel_no": "f96739e9ee014ebe19f8fc8005b89750516bf050fa68532da80d9be547435ff1"}, "recorded_at": "2026-11-23T10:00:00.000000+00:00"}', '252cefc599d4edd6c8e5a8172011ce363b83050add583bb49099994486adb68f', NULL, NULL);
INSERT INTO public.completion_record VALUES (2, 1, 1, 1, 2, 1, 1, '2026-11-23 10:00:00+00', '2026-11-23 10:00:00+00', '2028-11-23', '100.0', 60, 'passed', '{"schema": "isotrain-record-2", "completed_on": "2026-11-23", "time_zone": "UTC", "place": {"unit": "Works", "unit_code": "WORKS", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-01"}, "requirement": {"id": 1, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "short", "title": "A short course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "short-exam", "title": "Short exam, again", "version": 2, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 2, "number": 1, "state": "submitted", "form": "0853b3caa7bb48a03a5ce709606f806aa7c346163d3b529f2eec8587af401a2a", "started_at": "2026-11-23T10:00:00.000000+00:00", "closed_at": "2026-11-23T10:00:00.000000+00:00", "saw_keys": false, "after_reset": false, "extra": false}, "result": {"result": "passed", "score": "5", "out_of": "5", "percent": "100.0"}, "certificate": {"number": "26-35C1-W9YY", "valid_until": "2028-11-23"}, "person": {"name": "c22608ffd2f9ee2b0f1f9d2a1548a0faca79ddd8ffb5a4abf02691049ca1a611", "personnel_no": "f968d2675e34153c1dd49fa8cb4fe8eb0cc9118577ce21f6f8b082a3b28f1e96", "manager_name": "4e3bb282c8396887e46c5751f0eeeb0eebc61c52c2a9fb418b499a1a6b58693e", "manager_personnel_no": "9574ca4cc19d3771c41251f6c91233f97c056d14a185a9ba72bf3de76c699980"}, "recorded_at": "2026-11-23T10:00:00.000000+00:00"}', 'c418ef84b56dbdab8b897e4349844484d48cb3756b5f90d3ef1afa5c8c171b2d', NULL, NULL);
INSERT INTO public.completion_record VALUES (3, 2, 1, 1, 3, 2, 2, '2026-11-23 10:00:00+00', '2026-11-23 10:00:00+00', '2028-11-23', '100.0', 60, 'passed', '{"schema": "isotrain-record-2", "completed_on": "2026-11-23", "time_zone": "UTC", "place": {"unit": "Hall", "unit_code": "HALL", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-02"}, "requirement": {"id": 1, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "short", "title": "A short course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "short-exam", "title": "Short exam, again", "version": 2, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 3, "number": 1, "state": "submitted", "form": "506e2ee63ad60a9a9132b0cb5935afa342a6e47e748c3eecf632ae2e651e729e", "started_at": "2026-11-23T10:00:00.000000+00:00", "closed_at": "2026-11-23T10:00:00.000000+00:00", "saw_keys": false, "after_reset": false, "extra": false}, "result": {"result": "passed", "score": "5", "out_of": "5", "percent": "100.0"}, "certificate": {"number": "26-9V4N-K7Y2", "valid_until": "2028-11-23"}, "person": {"name": "e5018105e2cabb85696201a0c9088f7b0ea4a2b5ccb982da4057101d09ffb4e0", "personnel_no": "abdb7538e388955d937da681da6363c618d6afce77953c29434ef9671090bf79", "manager_name": "320a2cbdf83ce17100145af69fe2f0f17152ac5a5242272c5bbd1b227c86dfb8", "manager_personnel_no": "d9600fb36658ed7cae3d2b7d448c7f285ddee59e822b0fbd695c45113bd1bc09"}, "recorded_at": "2026-11-23T10:00:00.000000+00:00"}', '75e47dbaefafd69347f35542122cb06e55932c5d12d51a490fa219ccd5f199ee', NULL, NULL);
INSERT INTO public.completion_record VALUES (4, 1, 2, 2, 4, 11, 3, '2026-11-23 10:00:00+00', '2026-11-23 10:00:00+00', '2028-11-23', '100.0', 60, 'passed', '{"schema": "isotrain-record-2", "completed_on": "2026-11-23", "time_zone": "UTC", "place": {"unit": "Works", "unit_code": "WORKS", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-01"}, "requirement": {"id": 2, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "other", "title": "A other course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "other-exam", "title": "Other exam, once", "version": 2, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 4, "number": 1, "state": "submitted", "form": "b681e97b77d9a89fc7fb8d17b5c6c7a0e68e83d3499f25aebf15565c1897f2cb", "started_at": "2026-11-23T10:00:00.000000+00:00", "closed_at": "2026-11-23T10:00:00.000000+00:00", "saw_keys": false, "after_reset": false, "extra": false}, "result": {"result": "passed", "score": "5", "out_of": "5", "percent": "100.0"}, "certificate": {"number": "26-CW37-3KCQ", "valid_until": "2028-11-23"}, "person": {"name": "202222530b0deb989dc24eaa0ec2f31e3065246c5d4b197a31321a87f75cfaf5", "personnel_no": "c82e564eb1f94195c73438a0c41aceae95b87d6c932013117b66daa2b7961be1", "manager_name": "31ac41dd3f3bdba29925de06391c421abdf727b8cc765b96ff800851b3cb94e0", "manager_personnel_no": "2743b3be37ccbc8f088966ef111485e25a4a12a4daf02d85a6fa1bb199cc99b1"}, "recorded_at": "2026-11-23T10:00:00.000000+00:00"}', 'e8c623cfa44eda4308a210986ee16cf06bb391b8c30599368307cbf07d657028', NULL, NULL);
INSERT INTO public.completion_record VALUES (5, 7, 2, 2, 5, 17, 4, '2026-11-23 10:00:00+00', '2026-11-23 10:00:00+00', '2028-11-23', '86.6', 60, 'passed', '{"schema": "isotrain-record-2", "completed_on": "2026-11-23", "time_zone": "UTC", "place": {"unit": "Works", "unit_code": "WORKS", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-07"}, "requirement": {"id": 2, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "other", "title": "A other course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "other-exam", "title": "Other exam, once", "version": 2, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 5, "number": 1, "state": "submitted", "form": "36eb6cfc9d4518befe1fa7716e7d3d1e861e1368bf41b8d47ce3c449ed0f5a00", "started_at": "2026-11-23T10:00:00.000000+00:00", "closed_at": "2026-11-23T10:00:00.000000+00:00", "saw_keys": false, "after_reset": false, "extra": false}, "result": {"result": "passed", "score": "13/3", "out_of": "5", "percent": "86.6"}, "certificate": {"number": "26-ETJG-H1YR", "valid_until": "2028-11-23"}, "person": {"name": "18bf54d3dba4c87a44bb3b806de724ed0f3990f2f8d9dc1abb60176918bcb0d4", "personnel_no": "3e4e08dd23c563f2635a70ad25c19aae94f3bbf4089598abb69de4c3e0d39940", "manager_name": "a2fbfa19048205f1c08f84f7f14cf87fc42db10a13fd07c13797a78cd2f1a492", "manager_personnel_no": "7e325d7621b6faef474b238e3a07deab52f0e47d390ba7ae66a3cc7f7133c185"}, "recorded_at": "2026-11-23T10:00:00.000000+00:00"}', '9f5f50bc2ce733af930fdf953b52000f20e46257bf6613dccec6f689f287dd5e', NULL, NULL);
INSERT INTO public.completion_record VALUES (6, 3, 1, 1, 6, 3, NULL, '2026-11-23 10:00:00+00', '2026-11-23 10:00:00+00', NULL, '20.0', 60, 'failed', '{"schema": "isotrain-record-2", "completed_on": "2026-11-23", "time_zone": "UTC", "place": {"unit": "Works", "unit_code": "WORKS", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-03"}, "requirement": {"id": 1, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "short", "title": "A short course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "short-exam", "title": "Short exam, again", "version": 2, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 6, "number": 1, "state": "submitted", "form": "be57bb62b6629828a8e50f83b6d8904fd53a77bc28ed7c42a78a2aba5b46ffa4", "started_at": "2026-11-23T10:00:00.000000+00:00", "closed_at": "2026-11-23T10:00:00.000000+00:00", "saw_keys": false, "after_reset": false, "extra": false}, "result": {"result": "failed", "score": "1", "out_of": "5", "percent": "20.0"}, "certificate": null, "person": {"name": "a46c87323c5b8652ef0177d6cc209cc535583cf34d4238feaa771c758af04001", "personnel_no": "9b3c57f217e2fd180627c150b2bd3e70efb4fa2bca5f6e39e789aee0d519aaff", "manager_name": "dacfe7bf027567bd4f3e87d6ba0086323486a29cb109e92c1803016167d3c72a", "manager_personnel_no": "50b82d448386cae933fafe79264d75d12c791185b00c33dea20fe39e2fa6e6aa"}, "recorded_at": "2026-11-23T10:00:00.000000+00:00"}', '48bcc95e40c0c700969014a3185515c2fe34df6a008d176425327bdba43a23b6', NULL, NULL);
INSERT INTO public.completion_record VALUES (7, 3, 2, 2, 7, 13, NULL, '2026-11-23 10:00:00+00', '2026-11-23 10:00:00+00', NULL, '26.6', 60, 'failed', '{"schema": "isotrain-record-2", "completed_on": "2026-11-23", "time_zone": "UTC", "place": {"unit": "Works", "unit_code": "WORKS", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-03"}, "requirement": {"id": 2, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "other", "title": "A other course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "other-exam", "title": "Other exam, once", "version": 2, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 7, "number": 1, "state": "submitted", "form": "70155ec0511f4eda901628988aa5e9bb8ec6f42ca9ca4c8bc18b071d34362742", "started_at": "2026-11-23T10:00:00.000000+00:00", "closed_at": "2026-11-23T10:00:00.000000+00:00", "saw_keys": false, "after_reset": false, "extra": false}, "result": {"result": "failed", "score": "4/3", "out_of": "5", "percent": "26.6"}, "certificate": null, "person": {"name": "f0b1f15706ddd4003eb5287d8a55ba166c931f10b15650e65a731e9ce00728ad", "personnel_no": "44185160be33f640d82a7be5ad67b73cc80450d56337464021379aeef3cb752a", "manager_name": "f28b2f55a5449652ed672ebf9a20a67c8993988c0798fdb6fb17af93c4799bdd", "manager_personnel_no": "8d275072c80e6ef8f0cea524600bff4a3930c2d17955a3d42137fb6f4dae0361"}, "recorded_at": "2026-11-23T10:00:00.000000+00:00"}', '2e858997a36ef58e545ab28169cc8a697f5d0f4449fc8a74a420f28f967e8bd3', NULL, NULL);
INSERT INTO public.completion_record VALUES (8, 4, 2, 2, 8, 14, NULL, '2026-11-23 10:00:00+00', '2026-11-23 10:00:00+00', NULL, '20.0', 60, 'failed', '{"schema": "isotrain-record-2", "completed_on": "2026-11-23", "time_zone": "UTC", "place": {"unit": "Hall", "unit_code": "HALL", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-04"}, "requirement": {"id": 2, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "other", "title": "A other course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "other-exam", "title": "Other exam, once", "version": 2, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 8, "number": 1, "state": "submitted", "form": "b7a46b7f4ce6d1ca307df12f4646acf46295a39d86ed9ef0d8a5606f427488e6", "started_at": "2026-11-23T10:00:00.000000+00:00", "closed_at": "2026-11-23T10:00:00.000000+00:00", "saw_keys": false, "after_reset": false, "extra": false}, "result": {"result": "failed", "score": "1", "out_of": "5", "percent": "20.0"}, "certificate": null, "person": {"name": "d45c161159274fdba6bc697d482a095f11e1f283086654db23ec30fd6cec907c", "personnel_no": "ce1e30384835f6e15172276c6bee61c9b09119cafd9c204bda40de53f33973d5", "manager_name": "d519e08be9656fd7d2e037083da71ed229b3f545790a5dfd632d8d2d2fa74631", "manager_personnel_no": "e9e623f3ebc46100a559450c46a2d3bbfbfbba82c524a598b689b4c6f652588f"}, "recorded_at": "2026-11-23T10:00:00.000000+00:00"}', '4e677e9e32635f7b0c359db987e70d1109f2729a3c4344c6a03ed638f2a2aebb', NULL, NULL);
INSERT INTO public.completion_record VALUES (9, 1, 1, 1, 2, 1, 1, '2026-11-23 10:00:00+00', '2026-11-23 11:00:00+00', '2028-11-23', '100.0', 60, 'passed', '{"schema": "isotrain-record-2", "completed_on": "2026-11-23", "time_zone": "UTC", "place": {"unit": "Works", "unit_code": "WORKS", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-01"}, "requirement": {"id": 1, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "short", "title": "A short course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "short-exam", "title": "Short exam, again", "version": 2, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 2, "number": 1, "state": "submitted", "form": "0853b3caa7bb48a03a5ce709606f806aa7c346163d3b529f2eec8587af401a2a", "started_at": "2026-11-23T10:00:00.000000+00:00", "closed_at": "2026-11-23T10:00:00.000000+00:00", "saw_keys": false, "after_reset": false, "extra": false}, "result": {"result": "passed", "score": "5", "out_of": "5", "percent": "100.0"}, "certificate": {"number": "26-35C1-W9YY", "valid_until": "2028-11-23"}, "person": {"name": "b630c0d2fd64f0ecc8aa40bbcbd21efc359769a0a40a170b54f920b35e20282f", "personnel_no": "934a753819da6150337ad974609e93b5600a67f2fd0819c41fb107daea76a450", "manager_name": "5edb57da8c70ed5ee4bb35e56ad2e83ddc7396faad1ef24ab6f19b4b3ab652ab", "manager_personnel_no": "067c97250f4503d095cd52359ea33ea7ee3db45ca53f3ef8b201c892b2b2b702"}, "recorded_at": "2026-11-23T11:00:00.000000+00:00", "corrects": "c418ef84b56dbdab8b897e4349844484d48cb3756b5f90d3ef1afa5c8c171b2d", "correction": {"by": 11, "fields": ["name"], "second": 12}}', 'ae45e8b8f14c71c2e0ac815e6ed1a16a1ea2cae072e507086ba0d62a40683063', 2, 'As in the passport.');
INSERT INTO public.completion_record VALUES (10, 1, 2, 2, 9, 11, 5, '2026-11-24 11:00:00+00', '2026-11-24 11:00:00+00', '2028-11-24', '100.0', 60, 'passed', '{"schema": "isotrain-record-2", "completed_on": "2026-11-24", "time_zone": "UTC", "place": {"unit": "Works", "unit_code": "WORKS", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-01"}, "requirement": {"id": 2, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "other", "title": "A other course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "other-exam", "title": "Other exam, once", "version": 2, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 9, "number": 2, "state": "submitted", "form": "85f0aa67bbdae3d246d55a303cb59d56cee63e9401be5e97a9432072d32ce377", "started_at": "2026-11-24T11:00:00.000000+00:00", "closed_at": "2026-11-24T11:00:00.000000+00:00", "saw_keys": false, "after_reset": false, "extra": false}, "result": {"result": "passed", "score": "5", "out_of": "5", "percent": "100.0"}, "certificate": {"number": "26-MT5M-2B22", "valid_until": "2028-11-24"}, "person": {"name": "6b67654c6d89552613e541da6f930ba9bdd2ae3589c501adb851061bbded7df9", "personnel_no": "a51525ed3ec5dec47ab00cb89786cee567ee8b98a41bd9b22f8fe4a77d59754a", "manager_name": "5c62359a78d7839f327f7208083ea8126eafce3b9785f39d92ffe7654f31a708", "manager_personnel_no": "fa93b1a977a8a26bd1939f7084b292a3eeff9d4949d6d408b810e76eb53ec762"}, "recorded_at": "2026-11-24T11:00:00.000000+00:00"}', '082e2611631dbf493705f03167a7fb4d17f90af6255de3b30382418fecf46948', NULL, NULL);
INSERT INTO public.completion_record VALUES (11, 4, 2, 2, 10, 14, 6, '2026-11-24 11:00:00+00', '2026-11-24 11:00:00+00', '2028-11-24', '100.0', 60, 'passed', '{"schema": "isotrain-record-2", "completed_on": "2026-11-24", "time_zone": "UTC", "place": {"unit": "Hall", "unit_code": "HALL", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-04"}, "requirement": {"id": 2, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "other", "title": "A other course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "other-exam", "title": "Other exam, once", "version": 2, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 10, "number": 2, "state": "submitted", "form": "b9e10d605536f2390f88fcca601a8972c458dd48f0d8bd2f9c667dc82de61c50", "started_at": "2026-11-24T11:00:00.000000+00:00", "closed_at": "2026-11-24T11:00:00.000000+00:00", "saw_keys": false, "after_reset": false, "extra": true}, "result": {"result": "passed", "score": "5", "out_of": "5", "percent": "100.0"}, "certificate": {"number": "26-JR31-X4QN", "valid_until": "2028-11-24"}, "person": {"name": "1936bc6e2cfefa2f2c868c2eb3f3caa58abdcd3557c8a27911cafd2701bc7c70", "personnel_no": "05c8aca9fee8049a569f875d1c801544a8a9d527931fa04a250db28e05e25b98", "manager_name": "7fe1098bff9d1166dd286af3756cd227584123445e9a8b4333e5188c526a4756", "manager_personnel_no": "46033cc24bc49e98c872091f4964f8dd27b7a43d622c4204fb712691450af128"}, "recorded_at": "2026-11-24T11:00:00.000000+00:00"}', 'f4debea59d7ac6335d298deab624ebd275f96a7c4eae1fd51a4e4b35e8d80d78', NULL, NULL);


--
-- Data for Name: course; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.course VALUES (1, 'short', 1, 24, '2026-11-23 09:00:00+00', 1);
INSERT INTO public.course VALUES (2, 'other', 2, 24, '2026-11-23 09:00:00+00', 2);


--
-- Data for Name: course_fact; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.course_fact VALUES (1, 1);
INSERT INTO public.course_fact VALUES (1, 2);
INSERT INTO public.course_fact VALUES (2, 3);
INSERT INTO public.course_fact VALUES (2, 4);


--
-- Data for Name: course_member; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.course_member VALUES (1, 8, 'member', NULL, NULL);
INSERT INTO public.course_member VALUES (2, 10, 'member', NULL, NULL);


--
-- Data for Name: course_module; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.course_module VALUES (1, 1, 1);
INSERT INTO public.course_module VALUES (2, 2, 1);


--
-- Data for Name: course_term; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.course_term VALUES (1, 1);
INSERT INTO public.course_term VALUES (2, 2);


--
-- Data for Name: course_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.course_version VALUES (1, 1, 1, '1', 'A short course', 'Who certifies, and for how long.', 'en', '[{"id": "iso", "title": "What ISO is"}]', '[]', 'af237e78cdc8a4612b2be54122098f79d72a719383b63ff687ab3221535c827b', '2026-11-23 09:00:00+00', '2026-11-23 09:00:00+00', NULL, NULL, 'Those who test');
INSERT INTO public.course_version VALUES (2, 2, 1, '1', 'A other course', 'Who certifies, and for how long.', 'en', '[{"id": "iso", "title": "What ISO is"}]', '[]', '27635f70ecac8bd28cef5f3067e94923a47e9d366c36c8af3ae1f96a09311e38', '2026-11-23 09:00:00+00', '2026-11-23 09:00:00+00', NULL, NULL, 'Those who test');


--
-- Data for Name: edition; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.edition VALUES (1, 1, 'iso-9001-2008', 'ISO 9001:2008', NULL, '2008-11-15', '2015-09-15', NULL, '2017-09-15', '2018-09-15', '2026-11-27');
INSERT INTO public.edition VALUES (2, 1, 'iso-9001-2015', 'ISO 9001:2015 + Amd 1:2024', 1, '2015-09-15', '2026-09-16', '2027-09-30', '2028-03-31', '2029-09-30', '2026-11-27');
INSERT INTO public.edition VALUES (3, 1, 'iso-9001-2026', 'ISO 9001:2026', 2, '2026-09-16', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (4, 2, 'iso-14001-2004', 'ISO 14001:2004', NULL, '2004-11-15', '2015-09-15', NULL, '2017-09-15', '2018-09-15', '2026-11-27');
INSERT INTO public.edition VALUES (5, 2, 'iso-14001-2015', 'ISO 14001:2015 + Amd 1:2024', 4, '2015-09-15', '2026-04-15', NULL, '2027-10-31', '2029-04-30', '2026-11-27');
INSERT INTO public.edition VALUES (6, 2, 'iso-14001-2026', 'ISO 14001:2026', 5, '2026-04-15', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (7, 3, 'iso-45001-2018', 'ISO 45001:2018 + Amd 1:2024', NULL, '2018-03-12', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (8, 3, 'iso-45001-next', 'ISO/DIS 45001:2026', 7, NULL, NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (9, 4, 'iso-27001-2013', 'ISO/IEC 27001:2013', NULL, '2013-10-01', '2022-10-25', NULL, '2024-04-30', '2025-10-31', '2026-11-27');
INSERT INTO public.edition VALUES (10, 4, 'iso-27001-2022', 'ISO/IEC 27001:2022 + Amd 1:2024', 9, '2022-10-25', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (11, 5, 'iso-22301-2019', 'ISO 22301:2019 + Amd 1:2024', NULL, '2019-10-31', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (12, 6, 'iso-50001-2018', 'ISO 50001:2018 + Amd 1:2024', NULL, '2018-08-21', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (13, 7, 'iso-13485-2016', 'ISO 13485:2016', NULL, '2016-03-01', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (14, 8, 'iso-22000-2018', 'ISO 22000:2018 + Amd 1:2024', NULL, '2018-06-19', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (15, 9, 'iso-20000-1-2018', 'ISO/IEC 20000-1:2018 + Amd 1:2024', NULL, '2018-09-15', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (16, 10, 'iso-37001-2016', 'ISO 37001:2016 + Amd 1:2024', NULL, '2016-10-15', '2025-02-26', NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (17, 10, 'iso-37001-2025', 'ISO 37001:2025', 16, '2025-02-26', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (18, 11, 'iso-42001-2023', 'ISO/IEC 42001:2023', NULL, '2023-12-18', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (19, 12, 'iso-9000-2015', 'ISO 9000:2015', NULL, '2015-09-15', '2026-05-27', NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (20, 12, 'iso-9000-2026', 'ISO 9000:2026', 19, '2026-05-27', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (21, 13, 'iso-27000-2018', 'ISO/IEC 27000:2018', NULL, '2018-02-07', '2026-07-03', NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (22, 13, 'iso-27000-2026', 'ISO/IEC 27000:2026', 21, '2026-07-03', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (23, 14, 'iso-19011-2018', 'ISO 19011:2018', NULL, '2018-07-03', '2026-05-27', NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (24, 14, 'iso-19011-2026', 'ISO 19011:2026', 23, '2026-05-27', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (25, 15, 'iso-10015-2019', 'ISO 10015:2019', NULL, '2019-12-01', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (26, 16, 'iso-17000-2020', 'ISO/IEC 17000:2020', NULL, '2020-12-18', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (27, 17, 'iso-17011-2017', 'ISO/IEC 17011:2017', NULL, '2017-11-15', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (28, 18, 'iso-17021-1-2015', 'ISO/IEC 17021-1:2015', NULL, '2015-06-15', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (29, 19, 'iso-17024-2012', 'ISO/IEC 17024:2012', NULL, '2012-07-03', '2026-03-31', NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (30, 19, 'iso-17024-2026', 'ISO/IEC 17024:2026', 29, '2026-03-31', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (31, 20, 'iso-17025-2017', 'ISO/IEC 17025:2017', NULL, '2017-11-29', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (32, 21, 'iso-17065-2012', 'ISO/IEC 17065:2012', NULL, '2012-09-15', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (33, 22, 'iso-27006-1-2024', 'ISO/IEC 27006-1:2024', NULL, '2024-03-01', NULL, NULL, NULL, NULL, '2026-11-27');
INSERT INTO public.edition VALUES (34, 23, 'iso-42006-2025', 'ISO/IEC 42006:2025', NULL, '2025-07-01', NULL, NULL, NULL, NULL, '2026-11-27');


--
-- Data for Name: edition_alias; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.edition_alias VALUES ('iso-9001-next', 3);
INSERT INTO public.edition_alias VALUES ('iso-iec-17000-2020', 26);
INSERT INTO public.edition_alias VALUES ('iso-iec-17011-2017', 27);
INSERT INTO public.edition_alias VALUES ('iso-iec-17021-1-2015', 28);
INSERT INTO public.edition_alias VALUES ('iso-iec-17024-2012', 29);
INSERT INTO public.edition_alias VALUES ('iso-iec-17024-2026', 30);
INSERT INTO public.edition_alias VALUES ('iso-iec-17025-2017', 31);
INSERT INTO public.edition_alias VALUES ('iso-iec-17065-2012', 32);
INSERT INTO public.edition_alias VALUES ('iso-iec-20000-1-2018', 15);
INSERT INTO public.edition_alias VALUES ('iso-iec-27000-2018', 21);
INSERT INTO public.edition_alias VALUES ('iso-iec-27000-2026', 22);
INSERT INTO public.edition_alias VALUES ('iso-iec-27001-2013', 9);
INSERT INTO public.edition_alias VALUES ('iso-iec-27001-2022', 10);
INSERT INTO public.edition_alias VALUES ('iso-iec-27006-1-2024', 33);
INSERT INTO public.edition_alias VALUES ('iso-iec-42001-2023', 18);
INSERT INTO public.edition_alias VALUES ('iso-iec-42006-2025', 34);


--
-- Data for Name: employment; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.employment VALUES (1, 1, '2026-01-01', NULL);
INSERT INTO public.employment VALUES (2, 2, '2026-01-02', NULL);
INSERT INTO public.employment VALUES (3, 3, '2026-01-03', NULL);
INSERT INTO public.employment VALUES (4, 4, '2026-01-04', NULL);
INSERT INTO public.employment VALUES (5, 5, '2026-01-05', '2026-11-23');
INSERT INTO public.employment VALUES (6, 6, '2026-01-06', NULL);
INSERT INTO public.employment VALUES (7, 7, '2026-01-07', NULL);


--
-- Data for Name: event; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.event VALUES (1, '2026-11-23 09:00:00+00', 'command', NULL, 'editions.loaded', 'training', 'editions', '34', NULL, NULL, NULL, NULL, '{"changed": ["iso-9001-2008", "iso-9001-2015", "iso-9001-2026", "iso-14001-2004", "iso-14001-2015", "iso-14001-2026", "iso-45001-2018", "iso-45001-next", "iso-27001-2013", "iso-27001-2022", "iso-22301-2019", "iso-50001-2018", "iso-13485-2016", "iso-22000-2018", "iso-20000-1-2018", "iso-37001-2016", "iso-37001-2025", "iso-42001-2023", "iso-9000-2015", "iso-9000-2026", "iso-27000-2018", "iso-27000-2026", "iso-19011-2018", "iso-19011-2026", "iso-10015-2019", "iso-17000-2020", "iso-17011-2017", "iso-17021-1-2015", "iso-17024-2012", "iso-17024-2026", "iso-17025-2017", "iso-17065-2012", "iso-27006-1-2024", "iso-42006-2025"]}');
INSERT INTO public.event VALUES (2, '2026-11-23 09:00:00+00', 'command', NULL, 'course.loaded', 'training', 'course', '1', NULL, '888f96baa99a85f7cb1db2df6c3d199c76ad5b3dd748acd106f8bda0fcaaf887', NULL, NULL, '{"version": 1}');
INSERT INTO public.event VALUES (3, '2026-11-23 09:00:00+00', 'command', NULL, 'bank.loaded', 'banks', 'bank', '1', NULL, '45abbccb5146342d8fe95f78f8250db7250c57700cc3bbed3ebfc84805bf32d8', NULL, NULL, '{"versions": 9, "retired": 0, "questions": 9}');
INSERT INTO public.event VALUES (4, '2026-11-23 09:00:00+00', 'command', NULL, 'quiz.published', 'training', 'quiz', '1', NULL, '265a9540615cc999db44ac34ac225e4cbbf222882a6a62190d26523e2d785753', NULL, NULL, '{"version": 1, "blueprint": "e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c"}');
INSERT INTO public.event VALUES (5, '2026-11-23 09:00:00+00', 'command', NULL, 'quiz.published', 'training', 'quiz', '2', NULL, '4a25633d071101cd2b2572b52a5184329893a3d27213880ca50a8611aaf5e648', NULL, NULL, '{"version": 1, "blueprint": "58df14425becadd6da9df2798729d67429c95fe65045bbffaece9a9b62b365d5"}');
INSERT INTO public.event VALUES (6, '2026-11-23 09:00:00+00', 'command', NULL, 'course.loaded', 'training', 'course', '2', NULL, '9500747bda218803f879f39e6f8fec364944f5547ba8f0c66361db562162de0f', NULL, NULL, '{"version": 1}');
INSERT INTO public.event VALUES (7, '2026-11-23 09:00:00+00', 'command', NULL, 'bank.loaded', 'banks', 'bank', '2', NULL, '1b262c25ce6754958977858930ca7f0aa37a3173fa0c4b21c7b5a2d8f5665b1e', NULL, NULL, '{"versions": 9, "retired": 0, "questions": 9}');
INSERT INTO public.event VALUES (8, '2026-11-23 09:00:00+00', 'command', NULL, 'quiz.published', 'training', 'quiz', '3', NULL, '137ee759eda06c70e15032f3234a946a12a412b14d8a50174b9ba97bd1d09fd6', NULL, NULL, '{"version": 1, "blueprint": "6ad5da3c545e732cefe9cfa22930ac093992b47aeb520e2959a522cb76e1a99b"}');
INSERT INTO public.event VALUES (9, '2026-11-23 09:00:00+00', 'command', NULL, 'quiz.published', 'training', 'quiz', '4', NULL, '2ac94324bd2e490489bde673cb396e502f690dc39e4c77a24862f807a36caea7', NULL, NULL, '{"version": 1, "blueprint": "ea4fdc9ca0519fbca858b2bfd6b90172ec4a69d800d7267d38b08224a9d7605c"}');
INSERT INTO public.event VALUES (10, '2026-11-23 09:00:00+00', 'command', NULL, 'user.added', 'people', 'user', '1', NULL, NULL, NULL, NULL, '{"roles": ["employee"]}');
INSERT INTO public.event VALUES (11, '2026-11-23 09:00:00+00', 'command', NULL, 'placement.changed', 'people', 'user', '1', NULL, '44b6c4b4f631deff7f04e341ca661cb4f9ba93fc1e611e30e0e0eaa201fec798', NULL, NULL, '{"from": "2026-01-01"}');
INSERT INTO public.event VALUES (12, '2026-11-23 09:00:00+00', 'command', NULL, 'user.added', 'people', 'user', '2', NULL, NULL, NULL, NULL, '{"roles": ["employee"]}');
INSERT INTO public.event VALUES (13, '2026-11-23 09:00:00+00', 'command', NULL, 'placement.changed', 'people', 'user', '2', NULL, 'dc10dcafb5cdf709755c353a9aea4e8da7eb9ee99ad692bb450113904b993fb9', NULL, NULL, '{"from": "2026-01-02"}');
INSERT INTO public.event VALUES (14, '2026-11-23 09:00:00+00', 'command', NULL, 'user.added', 'people', 'user', '3', NULL, NULL, NULL, NULL, '{"roles": ["employee"]}');
INSERT INTO public.event VALUES (15, '2026-11-23 09:00:00+00', 'command', NULL, 'placement.changed', 'people', 'user', '3', NULL, '44b6c4b4f631deff7f04e341ca661cb4f9ba93fc1e611e30e0e0eaa201fec798', NULL, NULL, '{"from": "2026-01-03"}');
INSERT INTO public.event VALUES (16, '2026-11-23 09:00:00+00', 'command', NULL, 'user.added', 'people', 'user', '4', NULL, NULL, NULL, NULL, '{"roles": ["employee"]}');
INSERT INTO public.event VALUES (17, '2026-11-23 09:00:00+00', 'command', NULL, 'placement.changed', 'people', 'user', '4', NULL, 'dc10dcafb5cdf709755c353a9aea4e8da7eb9ee99ad692bb450113904b993fb9', NULL, NULL, '{"from": "2026-01-04"}');
INSERT INTO public.event VALUES (18, '2026-11-23 09:00:00+00', 'command', NULL, 'user.added', 'people', 'user', '5', NULL, NULL, NULL, NULL, '{"roles": ["employee"]}');
INSERT INTO public.event VALUES (19, '2026-11-23 09:00:00+00', 'command', NULL, 'placement.changed', 'people', 'user', '5', NULL, '44b6c4b4f631deff7f04e341ca661cb4f9ba93fc1e611e30e0e0eaa201fec798', NULL, NULL, '{"from": "2026-01-05"}');
INSERT INTO public.event VALUES (20, '2026-11-23 09:00:00+00', 'command', NULL, 'user.added', 'people', 'user', '6', NULL, NULL, NULL, NULL, '{"roles": ["employee"]}');
INSERT INTO public.event VALUES (21, '2026-11-23 09:00:00+00', 'command', NULL, 'placement.changed', 'people', 'user', '6', NULL, 'dc10dcafb5cdf709755c353a9aea4e8da7eb9ee99ad692bb450113904b993fb9', NULL, NULL, '{"from": "2026-01-06"}');
INSERT INTO public.event VALUES (22, '2026-11-23 09:00:00+00', 'command', NULL, 'user.added', 'people', 'user', '7', NULL, NULL, NULL, NULL, '{"roles": ["employee"]}');
INSERT INTO public.event VALUES (23, '2026-11-23 09:00:00+00', 'command', NULL, 'placement.changed', 'people', 'user', '7', NULL, '44b6c4b4f631deff7f04e341ca661cb4f9ba93fc1e611e30e0e0eaa201fec798', NULL, NULL, '{"from": "2026-01-07"}');
INSERT INTO public.event VALUES (24, '2026-11-23 09:00:00+00', 'command', NULL, 'user.added', 'people', 'user', '8', NULL, NULL, NULL, NULL, '{"roles": ["trainer"]}');
INSERT INTO public.event VALUES (25, '2026-11-23 09:00:00+00', 'command', NULL, 'user.added', 'people', 'user', '9', NULL, NULL, NULL, NULL, '{"roles": ["trainer"]}');
INSERT INTO public.event VALUES (26, '2026-11-23 09:00:00+00', 'command', NULL, 'user.added', 'people', 'user', '10', NULL, NULL, NULL, NULL, '{"roles": ["trainer"]}');
INSERT INTO public.event VALUES (27, '2026-11-23 09:00:00+00', 'command', NULL, 'course.assigned', 'training', 'requirement', '1', NULL, '27b1de4695210435f9c03949fe451e6e19a1a362e7183cf5bb800904c57b90ca', NULL, NULL, '{"target": "everybody", "people": 10, "due_on": "2026-12-31"}');
INSERT INTO public.event VALUES (28, '2026-11-23 09:00:00+00', 'command', NULL, 'course.assigned', 'training', 'requirement', '2', NULL, '81ab8198a00912073086f416f2c218c5ae450928426cdeb8b516cffcd7b036ad', NULL, NULL, '{"target": "everybody", "people": 10, "due_on": "2026-12-31"}');
INSERT INTO public.event VALUES (29, '2026-11-23 09:00:00+00', 'user', 4, 'attempt.started', 'training', 'attempt', '1', NULL, 'f480e4cdd404be52539e43d6d52b39c230fc04466ae1edb0b28304dc4c15d202', NULL, NULL, '{"quiz": "short-exam", "number": 1}');
INSERT INTO public.event VALUES (30, '2026-11-23 09:00:00+00', 'command', NULL, 'bank.member_added', 'banks', 'bank', '1', NULL, NULL, NULL, NULL, '{"user": 8}');
INSERT INTO public.event VALUES (31, '2026-11-23 09:00:00+00', 'command', NULL, 'bank.member_added', 'banks', 'bank', '1', NULL, NULL, NULL, NULL, '{"user": 9}');
INSERT INTO public.event VALUES (32, '2026-11-23 09:00:00+00', 'command', NULL, 'bank.member_added', 'banks', 'bank', '2', NULL, NULL, NULL, NULL, '{"user": 10}');
INSERT INTO public.event VALUES (33, '2026-11-23 09:00:00+00', 'user', 10, 'quiz.draft_saved', 'training', 'quiz', '3', '137ee759eda06c70e15032f3234a946a12a412b14d8a50174b9ba97bd1d09fd6', '6f883f399eac138b7ca0d4744e8dd08c6ec4f2e16ad8c276ea3c8dece8a297dc', NULL, NULL, '{}');
INSERT INTO public.event VALUES (34, '2026-11-23 09:00:00+00', 'user', 10, 'quiz.published', 'training', 'quiz', '3', NULL, '6f883f399eac138b7ca0d4744e8dd08c6ec4f2e16ad8c276ea3c8dece8a297dc', NULL, NULL, '{"version": 2, "blueprint": "6ad5da3c545e732cefe9cfa22930ac093992b47aeb520e2959a522cb76e1a99b"}');
INSERT INTO public.event VALUES (35, '2026-11-23 09:00:00+00', 'user', 8, 'question.changed', 'banks', 'question', '1', '3131e6c25850da71849789d4e02d2209c8ef4c22a985274de5a0aa121ef3b56b', '1f3b58151a772e8990cbc5524b80a8b7d4c6ffbd81175e18ab7c83f0fdd8febb', NULL, NULL, '{"bank": 1}');
INSERT INTO public.event VALUES (36, '2026-11-23 09:00:00+00', 'user', 8, 'bank.questions_approved', 'banks', 'bank', '1', NULL, '691f362eb14915823efa2d8ac4afde3c22b30cedf95389e4d6c70ae8db9636a3', NULL, NULL, '{"questions": 1}');
INSERT INTO public.event VALUES (37, '2026-11-23 09:00:00+00', 'user', 8, 'quiz.draft_saved', 'training', 'quiz', '1', '265a9540615cc999db44ac34ac225e4cbbf222882a6a62190d26523e2d785753', '85abfa5efd60ca2804340a619984c67b0ee1cf8933993bbd862c8465b31131a1', NULL, NULL, '{}');
INSERT INTO public.event VALUES (38, '2026-11-23 09:00:00+00', 'user', 8, 'quiz.published', 'training', 'quiz', '1', NULL, '85abfa5efd60ca2804340a619984c67b0ee1cf8933993bbd862c8465b31131a1', NULL, NULL, '{"version": 2, "blueprint": "e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c"}');
INSERT INTO public.event VALUES (39, '2026-11-23 10:00:00+00', 'user', 4, 'attempt.closed', 'training', 'attempt', '1', NULL, '408d659eccd2f169b587b5f26d58be1292b538e548e7545ffada27babcdabb7e', NULL, NULL, '{"state": "expired", "passed": false}');
INSERT INTO public.event VALUES (40, '2026-11-23 10:00:00+00', 'user', 4, 'record.made', 'records', 'completion_record', '1', NULL, '252cefc599d4edd6c8e5a8172011ce363b83050add583bb49099994486adb68f', NULL, NULL, '{"attempt": 1, "result": "failed"}');
INSERT INTO public.event VALUES (41, '2026-11-23 10:00:00+00', 'command', NULL, 'user.deactivated', 'people', 'user', '5', NULL, NULL, NULL, 'left', '{}');
INSERT INTO public.event VALUES (42, '2026-11-23 10:00:00+00', 'command', NULL, 'link.made', 'people', 'user', '2', NULL, NULL, NULL, NULL, '{"purpose": "first_access"}');
INSERT INTO public.event VALUES (43, '2026-11-23 10:00:00+00', 'user', 1, 'session.started', 'technical', 'user', '1', NULL, NULL, NULL, NULL, '{}');
INSERT INTO public.event VALUES (44, '2026-11-23 10:00:00+00', 'user', 1, 'attempt.started', 'training', 'attempt', '2', NULL, 'e34081f05f9d2875556e512403d893760ac235e3eb5eaebdb4ce7229a144b99f', NULL, NULL, '{"quiz": "short-exam", "number": 1}');
INSERT INTO public.event VALUES (45, '2026-11-23 10:00:00+00', 'user', 1, 'attempt.closed', 'training', 'attempt', '2', NULL, '2a74117318a92ba36ac8766663c259ef614f541faef4f9568d39e48b3155ef5d', NULL, NULL, '{"state": "submitted", "passed": true}');
INSERT INTO public.event VALUES (46, '2026-11-23 10:00:00+00', 'user', 1, 'signing_key.made', 'technical', 'signing_key', '5baec2510da1735f', NULL, NULL, NULL, NULL, '{}');
INSERT INTO public.event VALUES (47, '2026-11-23 10:00:00+00', 'user', 1, 'certificate.issued', 'records', 'certificate', '1', NULL, 'f29e257b1aa43f7b248ef00195ecf207fdf143741ed1c41736a83d66c78b77e9', NULL, NULL, '{"number": "26-35C1-W9YY"}');
INSERT INTO public.event VALUES (48, '2026-11-23 10:00:00+00', 'user', 1, 'record.made', 'records', 'completion_record', '2', NULL, 'c418ef84b56dbdab8b897e4349844484d48cb3756b5f90d3ef1afa5c8c171b2d', NULL, NULL, '{"attempt": 2, "result": "passed"}');
INSERT INTO public.event VALUES (49, '2026-11-23 10:00:00+00', 'user', 2, 'attempt.started', 'training', 'attempt', '3', NULL, 'e084556c5006703261fa3ea14e06face8fe813ab2978f146e3ceadb599625abd', NULL, NULL, '{"quiz": "short-exam", "number": 1}');
INSERT INTO public.event VALUES (50, '2026-11-23 10:00:00+00', 'user', 2, 'attempt.closed', 'training', 'attempt', '3', NULL, '2a74117318a92ba36ac8766663c259ef614f541faef4f9568d39e48b3155ef5d', NULL, NULL, '{"state": "submitted", "passed": true}');
INSERT INTO public.event VALUES (51, '2026-11-23 10:00:00+00', 'user', 2, 'certificate.issued', 'records', 'certificate', '2', NULL, '65fda6101dbc5c65f1c91fe47d0684559ebe31fffc7238a1851040300474280c', NULL, NULL, '{"number": "26-9V4N-K7Y2"}');
INSERT INTO public.event VALUES (52, '2026-11-23 10:00:00+00', 'user', 2, 'record.made', 'records', 'completion_record', '3', NULL, '75e47dbaefafd69347f35542122cb06e55932c5d12d51a490fa219ccd5f199ee', NULL, NULL, '{"attempt": 3, "result": "passed"}');
INSERT INTO public.event VALUES (53, '2026-11-23 10:00:00+00', 'user', 1, 'attempt.started', 'training', 'attempt', '4', NULL, '13e850eb4f67623e913f686075fb2e8f1b42e7b1f0879c9070db270a531a7c84', NULL, NULL, '{"quiz": "other-exam", "number": 1}');
INSERT INTO public.event VALUES (54, '2026-11-23 10:00:00+00', 'user', 1, 'attempt.closed', 'training', 'attempt', '4', NULL, '2a74117318a92ba36ac8766663c259ef614f541faef4f9568d39e48b3155ef5d', NULL, NULL, '{"state": "submitted", "passed": true}');
INSERT INTO public.event VALUES (55, '2026-11-23 10:00:00+00', 'user', 1, 'certificate.issued', 'records', 'certificate', '3', NULL, 'e392e8b521f139cb263b0d9bd8e947211e4aee1c124b18b3d062b60b08b52018', NULL, NULL, '{"number": "26-CW37-3KCQ"}');
INSERT INTO public.event VALUES (56, '2026-11-23 10:00:00+00', 'user', 1, 'record.made', 'records', 'completion_record', '4', NULL, 'e8c623cfa44eda4308a210986ee16cf06bb391b8c30599368307cbf07d657028', NULL, NULL, '{"attempt": 4, "result": "passed"}');
INSERT INTO public.event VALUES (57, '2026-11-23 10:00:00+00', 'user', 7, 'attempt.started', 'training', 'attempt', '5', NULL, '2a23a774132fc06566a760785969c4590a3d75b9a9b1731f40deee2d27cc0b3d', NULL, NULL, '{"quiz": "other-exam", "number": 1}');
INSERT INTO public.event VALUES (58, '2026-11-23 10:00:00+00', 'user', 7, 'attempt.closed', 'training', 'attempt', '5', NULL, 'a0290bf300cc7b0f0f6870715b3e46dcdb327ed3dc41ffcfe9c92aac2ba0dd48', NULL, NULL, '{"state": "submitted", "passed": true}');
INSERT INTO public.event VALUES (59, '2026-11-23 10:00:00+00', 'user', 7, 'certificate.issued', 'records', 'certificate', '4', NULL, '48612341dc8149c41d41b59c91d2635ad0a170b92ddf2b7ffd109ea12fde85f6', NULL, NULL, '{"number": "26-ETJG-H1YR"}');
INSERT INTO public.event VALUES (60, '2026-11-23 10:00:00+00', 'user', 7, 'record.made', 'records', 'completion_record', '5', NULL, '9f5f50bc2ce733af930fdf953b52000f20e46257bf6613dccec6f689f287dd5e', NULL, NULL, '{"attempt": 5, "result": "passed"}');
INSERT INTO public.event VALUES (61, '2026-11-23 10:00:00+00', 'user', 3, 'attempt.started', 'training', 'attempt', '6', NULL, '756b4067ba9c000893523262b2b632d4c661d7ead3132b2606fe6e48baa6723b', NULL, NULL, '{"quiz": "short-exam", "number": 1}');
INSERT INTO public.event VALUES (62, '2026-11-23 10:00:00+00', 'user', 3, 'attempt.closed', 'training', 'attempt', '6', NULL, '408d659eccd2f169b587b5f26d58be1292b538e548e7545ffada27babcdabb7e', NULL, NULL, '{"state": "submitted", "passed": false}');
INSERT INTO public.event VALUES (63, '2026-11-23 10:00:00+00', 'user', 3, 'record.made', 'records', 'completion_record', '6', NULL, '48bcc95e40c0c700969014a3185515c2fe34df6a008d176425327bdba43a23b6', NULL, NULL, '{"attempt": 6, "result": "failed"}');
INSERT INTO public.event VALUES (64, '2026-11-23 10:00:00+00', 'user', 3, 'attempt.started', 'training', 'attempt', '7', NULL, 'd3482929a0e00cf435f18204724ebc5ac98c7cc1990f3a06c9cd69fa04b391e9', NULL, NULL, '{"quiz": "other-exam", "number": 1}');
INSERT INTO public.event VALUES (65, '2026-11-23 10:00:00+00', 'user', 3, 'attempt.closed', 'training', 'attempt', '7', NULL, '5a6a1dfc40c8f1d450f3195b49c2f5771819cc8c90d3f7e27be7627970b970e2', NULL, NULL, '{"state": "submitted", "passed": false}');
INSERT INTO public.event VALUES (66, '2026-11-23 10:00:00+00', 'user', 3, 'record.made', 'records', 'completion_record', '7', NULL, '2e858997a36ef58e545ab28169cc8a697f5d0f4449fc8a74a420f28f967e8bd3', NULL, NULL, '{"attempt": 7, "result": "failed"}');
INSERT INTO public.event VALUES (67, '2026-11-23 10:00:00+00', 'user', 4, 'attempt.started', 'training', 'attempt', '8', NULL, '52bfa7f9503145f7b33f0002f4cc9035546ff67e5b1fe783ec7cc63efa38abbb', NULL, NULL, '{"quiz": "other-exam", "number": 1}');
INSERT INTO public.event VALUES (68, '2026-11-23 10:00:00+00', 'user', 4, 'attempt.closed', 'training', 'attempt', '8', NULL, '408d659eccd2f169b587b5f26d58be1292b538e548e7545ffada27babcdabb7e', NULL, NULL, '{"state": "submitted", "passed": false}');
INSERT INTO public.event VALUES (69, '2026-11-23 10:00:00+00', 'user', 4, 'record.made', 'records', 'completion_record', '8', NULL, '4e677e9e32635f7b0c359db987e70d1109f2729a3c4344c6a03ed638f2a2aebb', NULL, NULL, '{"attempt": 8, "result": "failed"}');
INSERT INTO public.event VALUES (70, '2026-11-23 10:00:00+00', 'command', NULL, 'certificate.revoked', 'records', 'certificate', '2', NULL, NULL, NULL, 'Made to be revoked.', '{}');
INSERT INTO public.event VALUES (71, '2026-11-23 11:00:00+00', 'command', NULL, 'user.added', 'people', 'user', '11', NULL, NULL, NULL, NULL, '{"roles": ["hr"]}');
INSERT INTO public.event VALUES (72, '2026-11-23 11:00:00+00', 'command', NULL, 'user.added', 'people', 'user', '12', NULL, NULL, NULL, NULL, '{"roles": ["hr"]}');
INSERT INTO public.event VALUES (73, '2026-11-23 11:00:00+00', 'user', 11, 'user.changed', 'people', 'user', '3', NULL, NULL, NULL, NULL, '{"fields": ["name"]}');
INSERT INTO public.event VALUES (74, '2026-11-23 11:00:00+00', 'user', 11, 'user.changed', 'people', 'user', '1', NULL, NULL, NULL, NULL, '{"fields": ["email"]}');
INSERT INTO public.event VALUES (75, '2026-11-23 11:00:00+00', 'command', NULL, 'bank.member_removed', 'banks', 'bank', '1', NULL, NULL, NULL, NULL, '{"user": 9}');
INSERT INTO public.event VALUES (76, '2026-11-23 11:00:00+00', 'command', NULL, 'library.member_added', 'training', 'library', '1', NULL, NULL, NULL, NULL, '{"user": 10}');
INSERT INTO public.event VALUES (77, '2026-11-23 11:00:00+00', 'command', NULL, 'setting.changed', 'technical', 'setting', 'two_person_roles', '9f3becba6e4b1583b3e19441dde4d59622537d9bd54a94d22262785e485384d0', '990c23868b965814b117cf9a6c4dfe45452eadc2171e1f981865ebfc84f10724', NULL, 'Two look at roles.', '{"before": "off", "after": "on"}');
INSERT INTO public.event VALUES (78, '2026-11-23 11:00:00+00', 'user', 11, 'proposal.asked', 'records', 'proposal', '1', NULL, NULL, NULL, 'As in the passport.', '{"kind": "record-identity", "object": 2}');
INSERT INTO public.event VALUES (79, '2026-11-23 11:00:00+00', 'user', 12, 'proposal.confirmed', 'records', 'proposal', '1', NULL, NULL, NULL, NULL, '{"kind": "record-identity", "object": 2}');
INSERT INTO public.event VALUES (80, '2026-11-23 11:00:00+00', 'user', 11, 'record.corrected', 'records', 'completion_record', '9', 'c418ef84b56dbdab8b897e4349844484d48cb3756b5f90d3ef1afa5c8c171b2d', 'ae45e8b8f14c71c2e0ac815e6ed1a16a1ea2cae072e507086ba0d62a40683063', NULL, 'As in the passport.', '{"corrects": 2, "fields": ["name"], "second": 12}');
INSERT INTO public.event VALUES (81, '2026-11-23 11:00:00+00', 'user', 11, 'proposal.asked', 'records', 'proposal', '2', NULL, NULL, NULL, 'As in the passport.', '{"kind": "record-identity", "object": 4}');
INSERT INTO public.event VALUES (82, '2026-11-23 11:00:00+00', 'user', 12, 'proposal.declined', 'records', 'proposal', '2', NULL, NULL, NULL, 'The first is right.', '{"kind": "record-identity", "object": 4}');
INSERT INTO public.event VALUES (83, '2026-11-23 11:00:00+00', 'user', 11, 'proposal.asked', 'records', 'proposal', '3', NULL, NULL, NULL, 'As in the passport.', '{"kind": "record-identity", "object": 4}');
INSERT INTO public.event VALUES (84, '2026-11-23 11:00:00+00', 'user', 10, 'attempt.given', 'training', 'extra_attempt', '1', NULL, NULL, NULL, NULL, '{"quiz": "other-exam", "user": 4, "after": 1}');
INSERT INTO public.event VALUES (85, '2026-11-23 11:00:00+00', 'user', 10, 'attempt.given', 'training', 'extra_attempt', '2', NULL, NULL, NULL, NULL, '{"quiz": "other-exam", "user": 3, "after": 1}');
INSERT INTO public.event VALUES (86, '2026-11-24 11:00:00+00', 'user', 1, 'attempt.started', 'training', 'attempt', '9', NULL, '364f553fca16f3796c6aae26901ea7049753cb40b0b2bbe146c7a1c507ff940f', NULL, NULL, '{"quiz": "other-exam", "number": 2}');
INSERT INTO public.event VALUES (87, '2026-11-24 11:00:00+00', 'user', 1, 'attempt.closed', 'training', 'attempt', '9', NULL, '2a74117318a92ba36ac8766663c259ef614f541faef4f9568d39e48b3155ef5d', NULL, NULL, '{"state": "submitted", "passed": true}');
INSERT INTO public.event VALUES (88, '2026-11-24 11:00:00+00', 'user', 1, 'certificate.issued', 'records', 'certificate', '5', NULL, 'cfe26d04de638d18f54b719f341754f885617a6053542f015cdfb5d600da664c', NULL, NULL, '{"number": "26-MT5M-2B22"}');
INSERT INTO public.event VALUES (89, '2026-11-24 11:00:00+00', 'user', 1, 'record.made', 'records', 'completion_record', '10', NULL, '082e2611631dbf493705f03167a7fb4d17f90af6255de3b30382418fecf46948', NULL, NULL, '{"attempt": 9, "result": "passed"}');
INSERT INTO public.event VALUES (90, '2026-11-24 11:00:00+00', 'user', 4, 'attempt.started', 'training', 'attempt', '10', NULL, '517581f8caeb4e5516d4d85faa030e12cd2f558048d0571cbeba89171167c26d', NULL, NULL, '{"quiz": "other-exam", "number": 2}');
INSERT INTO public.event VALUES (91, '2026-11-24 11:00:00+00', 'user', 4, 'attempt.closed', 'training', 'attempt', '10', NULL, '2a74117318a92ba36ac8766663c259ef614f541faef4f9568d39e48b3155ef5d', NULL, NULL, '{"state": "submitted", "passed": true}');
INSERT INTO public.event VALUES (92, '2026-11-24 11:00:00+00', 'user', 4, 'certificate.issued', 'records', 'certificate', '6', NULL, 'e3cdda96b1c43ac73166d1705d1ce11a44d758fd7414d86b8fde903fb7804c94', NULL, NULL, '{"number": "26-JR31-X4QN"}');
INSERT INTO public.event VALUES (93, '2026-11-24 11:00:00+00', 'user', 4, 'record.made', 'records', 'completion_record', '11', NULL, 'f4debea59d7ac6335d298deab624ebd275f96a7c4eae1fd51a4e4b35e8d80d78', NULL, NULL, '{"attempt": 10, "result": "passed"}');
INSERT INTO public.event VALUES (94, '2026-11-24 11:00:00+00', 'user', 2, 'attempt.started', 'training', 'attempt', '11', NULL, '4df1ca0193a0e20f1306f30ea75044954fb5fbc55db1b7944b9e443f8a2ef622', NULL, NULL, '{"quiz": "short-practice", "number": 1}');
INSERT INTO public.event VALUES (95, '2026-11-24 11:00:00+00', 'user', 2, 'attempt.closed', 'training', 'attempt', '11', NULL, '810a16dcdbfb3dc80f1e818ee91f06c55d3ff1211536040f4789726cf4ba32f2', NULL, NULL, '{"state": "submitted"}');
INSERT INTO public.event VALUES (96, '2026-11-24 11:00:00+00', 'user', 6, 'attempt.started', 'training', 'attempt', '12', NULL, '349304b5d9e56b6d67605bde46d716c96a59fd8d5125851fb7b8ccd2c06864f4', NULL, NULL, '{"quiz": "other-practice", "number": 1}');
INSERT INTO public.event VALUES (97, '2026-11-24 11:00:00+00', 'user', 6, 'attempt.closed', 'training', 'attempt', '12', NULL, '810a16dcdbfb3dc80f1e818ee91f06c55d3ff1211536040f4789726cf4ba32f2', NULL, NULL, '{"state": "submitted"}');
INSERT INTO public.event VALUES (98, '2026-11-24 11:00:00+00', 'user', 10, 'question.added', 'banks', 'question', '19', NULL, '65b65aa3be240ea5ab926e59eedb15f837ad3d1ed797b0568c958f0c26d4e51c', NULL, NULL, '{"bank": 2, "version": 20}');
INSERT INTO public.event VALUES (99, '2026-11-24 11:00:00+00', 'user', 10, 'question.added', 'banks', 'question', '20', NULL, 'f7a8ff145d5af378d98866c710ef8e61ffdf6beb3549b0fdc7fb87b50cb1f7af', NULL, NULL, '{"bank": 2, "version": 21}');
INSERT INTO public.event VALUES (100, '2026-11-24 11:00:00+00', 'user', 10, 'question.added', 'banks', 'question', '21', NULL, 'cc2b6e1d39067513e397a0cea042c842cb6039e64b2a43dd40fbef15f47070ff', NULL, NULL, '{"bank": 2, "version": 22}');
INSERT INTO public.event VALUES (101, '2026-11-24 11:00:00+00', 'user', 10, 'question.added', 'banks', 'question', '22', NULL, '44d84f3e297c676b205be2fcd02151f44cf8ff690c93820941568c7c1fc34bf3', NULL, NULL, '{"bank": 2, "version": 23}');
INSERT INTO public.event VALUES (102, '2026-11-24 11:00:00+00', 'user', 10, 'question.added', 'banks', 'question', '23', NULL, 'b152d50b332e9f353bad53e031b1c127f16cc09ca24354e092b8eb993f5fb6e0', NULL, NULL, '{"bank": 2, "version": 24}');
INSERT INTO public.event VALUES (103, '2026-11-24 11:00:00+00', 'user', 10, 'question.added', 'banks', 'question', '24', NULL, '0c67c2285daf75b9f8159f2f163b6cb637f597a1d798f85b2cfd21164ccd984b', NULL, NULL, '{"bank": 2, "version": 25}');
INSERT INTO public.event VALUES (104, '2026-11-24 11:00:00+00', 'user', 10, 'question.added', 'banks', 'question', '25', NULL, '7d786d75394fb03228712a8eaab2863911f78942243926fcf397152383158b08', NULL, NULL, '{"bank": 2, "version": 26}');
INSERT INTO public.event VALUES (105, '2026-11-24 11:00:00+00', 'user', 10, 'question.added', 'banks', 'question', '26', NULL, 'c20b8e6b83a076ec5cb70abd53fc326b7380705a907b7fea1140be430cbb63a8', NULL, NULL, '{"bank": 2, "version": 27}');
INSERT INTO public.event VALUES (106, '2026-11-24 11:00:00+00', 'user', 10, 'question.added', 'banks', 'question', '27', NULL, '6c32678fa5be51723536ddeb0c34fd08141f70e9030fe3c246a8fdbe0c21c003', NULL, NULL, '{"bank": 2, "version": 28}');
INSERT INTO public.event VALUES (107, '2026-11-24 11:00:00+00', 'user', 10, 'question.added', 'banks', 'question', '28', NULL, '4203e9c2eac64dc6aa8c8d7ad7620b039f9f5623a79833aa9ac1bbf6e3c827fb', NULL, NULL, '{"bank": 2, "version": 29}');
INSERT INTO public.event VALUES (108, '2026-11-24 11:00:00+00', 'user', 10, 'question.added', 'banks', 'question', '29', NULL, 'f82cfcb4b91d67b69a1b9f6a7100b1ea164a0ac7e9e922db6b9c6288ea9cb89c', NULL, NULL, '{"bank": 2, "version": 30}');
INSERT INTO public.event VALUES (109, '2026-11-24 11:00:00+00', 'user', 10, 'question.added', 'banks', 'question', '30', NULL, '4e27b082c0415dd4984b734765680963ea77c8311ef10599dcc58f54eda0aec0', NULL, NULL, '{"bank": 2, "version": 31}');
INSERT INTO public.event VALUES (110, '2026-11-24 11:00:00+00', 'user', 10, 'question.added', 'banks', 'question', '31', NULL, '96c5162f305fd22ee3665d0c8f160a7902b20d33e3f630968a5dd32519093084', NULL, NULL, '{"bank": 2, "version": 32}');
INSERT INTO public.event VALUES (111, '2026-11-24 11:00:00+00', 'user', 10, 'question.added', 'banks', 'question', '32', NULL, '21031b2f10adf390689c62222d371e87e39af0bdd03c1356592533285ee101c7', NULL, NULL, '{"bank": 2, "version": 33}');
INSERT INTO public.event VALUES (112, '2026-11-24 11:00:00+00', 'user', 6, 'attempt.started', 'training', 'attempt', '13', NULL, '107cb10e2b6d8394113d8f73cd61632130e4863586ee5cb5f632aa0b80ac1317', NULL, NULL, '{"quiz": "short-exam", "number": 1}');
INSERT INTO public.event VALUES (113, '2026-11-24 11:00:00+00', 'user', 6, 'session.started', 'technical', 'user', '6', NULL, NULL, NULL, NULL, '{}');


--
-- Data for Name: extra_attempt; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.extra_attempt VALUES (1, 4, 3, 1, '2026-11-23 11:00:00+00', 'user', 10, 'The lights went out.');
INSERT INTO public.extra_attempt VALUES (2, 3, 3, 1, '2026-11-23 11:00:00+00', 'user', 10, 'The form was torn.');


--
-- Data for Name: fact; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.fact VALUES (1, 'A1', 1, 1);
INSERT INTO public.fact VALUES (2, 'A2', 2, 1);
INSERT INTO public.fact VALUES (3, 'A1', 3, 2);
INSERT INTO public.fact VALUES (4, 'A2', 4, 2);


--
-- Data for Name: fact_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.fact_version VALUES (1, 1, 'Certification bodies audit and certify; ISO writes standards.', 'iso', NULL, '', 'common knowledge', 1, '2027-05-31', 'M1', 'who', '28d6173e115a66305fd93cc3a1f352e500b4d7411fe95a2e79754f3dba3b4c3a', '2026-11-23 09:00:00+00');
INSERT INTO public.fact_version VALUES (2, 2, 'A certificate of a management system usually runs for three years.', 'iso', NULL, '', 'common knowledge', 1, '2027-05-31', 'M1', 'when', '3a35a5045c64865819cf7569ec7a5972a2114f24d5d01ea15b194e436815d40d', '2026-11-23 09:00:00+00');
INSERT INTO public.fact_version VALUES (3, 3, 'Certification bodies audit and certify; ISO writes standards.', 'iso', NULL, '', 'common knowledge', 1, '2027-05-31', 'M1', 'who', '28d6173e115a66305fd93cc3a1f352e500b4d7411fe95a2e79754f3dba3b4c3a', '2026-11-23 09:00:00+00');
INSERT INTO public.fact_version VALUES (4, 4, 'A certificate of a management system usually runs for three years.', 'iso', NULL, '', 'common knowledge', 1, '2027-05-31', 'M1', 'when', '3a35a5045c64865819cf7569ec7a5972a2114f24d5d01ea15b194e436815d40d', '2026-11-23 09:00:00+00');


--
-- Data for Name: failed_tries; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: form; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.form VALUES (1, 'isotrain-draw-2', '5feceb66ffc86f38d952786c6d696c79', '["73d5fcfda045dcb1fbabdc7527a4510c65bda6409294eea0ffb0e61f2ffb583e"]', '{}', '54fde85becf23f7f3583b3f52b3ccedf6a3da7584f1defd73fdda7aecd413ba8', '{"algorithm": "isotrain-draw-2", "blueprint": "e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c", "pools": ["73d5fcfda045dcb1fbabdc7527a4510c65bda6409294eea0ffb0e61f2ffb583e"], "seed": "5feceb66ffc86f38d952786c6d696c79", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "54fde85becf23f7f3583b3f52b3ccedf6a3da7584f1defd73fdda7aecd413ba8", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[2, 1, "en", 1, "multiple_choice-balanced-1"], [7, 1, "en", 1, "single_choice-1"], [1, 1, "en", 1, "single_choice-1"], [3, 1, "en", 1, "true_false-1"], [5, 1, "en", 1, "multiple_choice-balanced-1"]]}', 'shares-1', NULL);
INSERT INTO public.form VALUES (2, 'isotrain-draw-2', '2c624232cdd221771294dfbb310aca00', '["39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2"]', '{}', '0853b3caa7bb48a03a5ce709606f806aa7c346163d3b529f2eec8587af401a2a', '{"algorithm": "isotrain-draw-2", "blueprint": "e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c", "pools": ["39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2"], "seed": "2c624232cdd221771294dfbb310aca00", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "0853b3caa7bb48a03a5ce709606f806aa7c346163d3b529f2eec8587af401a2a", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[2, 1, "en", 1, "multiple_choice-balanced-1"], [3, 1, "en", 1, "true_false-1"], [5, 1, "en", 1, "multiple_choice-balanced-1"], [7, 1, "en", 1, "single_choice-1"], [4, 1, "en", 1, "single_choice-1"]]}', 'shares-1', NULL);
INSERT INTO public.form VALUES (3, 'isotrain-draw-2', '4523540f1504cd17100c4835e85b7eef', '["39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2"]', '{}', '506e2ee63ad60a9a9132b0cb5935afa342a6e47e748c3eecf632ae2e651e729e', '{"algorithm": "isotrain-draw-2", "blueprint": "e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c", "pools": ["39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2"], "seed": "4523540f1504cd17100c4835e85b7eef", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "506e2ee63ad60a9a9132b0cb5935afa342a6e47e748c3eecf632ae2e651e729e", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[4, 1, "en", 1, "single_choice-1"], [3, 1, "en", 1, "true_false-1"], [6, 1, "en", 1, "true_false-1"], [7, 1, "en", 1, "single_choice-1"], [1, 2, "en", 1, "single_choice-1"]]}', 'shares-1', NULL);
INSERT INTO public.form VALUES (4, 'isotrain-draw-2', '5f9c4ab08cac7457e9111a30e4664920', '["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"]', '{}', 'b681e97b77d9a89fc7fb8d17b5c6c7a0e68e83d3499f25aebf15565c1897f2cb', '{"algorithm": "isotrain-draw-2", "blueprint": "6ad5da3c545e732cefe9cfa22930ac093992b47aeb520e2959a522cb76e1a99b", "pools": ["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"], "seed": "5f9c4ab08cac7457e9111a30e4664920", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "b681e97b77d9a89fc7fb8d17b5c6c7a0e68e83d3499f25aebf15565c1897f2cb", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[11, 1, "en", 1, "multiple_choice-balanced-1"], [13, 1, "en", 1, "single_choice-1"], [16, 1, "en", 1, "single_choice-1"], [10, 1, "en", 1, "single_choice-1"], [14, 1, "en", 1, "multiple_choice-balanced-1"]]}', 'shares-1', NULL);
INSERT INTO public.form VALUES (5, 'isotrain-draw-2', '9f14025af0065b30e47e23ebb3b491d3', '["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"]', '{}', '36eb6cfc9d4518befe1fa7716e7d3d1e861e1368bf41b8d47ce3c449ed0f5a00', '{"algorithm": "isotrain-draw-2", "blueprint": "6ad5da3c545e732cefe9cfa22930ac093992b47aeb520e2959a522cb76e1a99b", "pools": ["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"], "seed": "9f14025af0065b30e47e23ebb3b491d3", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "36eb6cfc9d4518befe1fa7716e7d3d1e861e1368bf41b8d47ce3c449ed0f5a00", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[16, 1, "en", 1, "single_choice-1"], [15, 1, "en", 1, "true_false-1"], [13, 1, "en", 1, "single_choice-1"], [12, 1, "en", 1, "true_false-1"], [11, 1, "en", 1, "multiple_choice-balanced-1"]]}', 'shares-1', NULL);
INSERT INTO public.form VALUES (6, 'isotrain-draw-2', '71ee45a3c0db9a9865f7313dd3372cf6', '["39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2"]', '{}', 'be57bb62b6629828a8e50f83b6d8904fd53a77bc28ed7c42a78a2aba5b46ffa4', '{"algorithm": "isotrain-draw-2", "blueprint": "e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c", "pools": ["39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2"], "seed": "71ee45a3c0db9a9865f7313dd3372cf6", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "be57bb62b6629828a8e50f83b6d8904fd53a77bc28ed7c42a78a2aba5b46ffa4", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[7, 1, "en", 1, "single_choice-1"], [4, 1, "en", 1, "single_choice-1"], [3, 1, "en", 1, "true_false-1"], [5, 1, "en", 1, "multiple_choice-balanced-1"], [1, 2, "en", 1, "single_choice-1"]]}', 'shares-1', NULL);
INSERT INTO public.form VALUES (7, 'isotrain-draw-2', '0e17daca5f3e175f448bacace3bc0da4', '["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"]', '{}', '70155ec0511f4eda901628988aa5e9bb8ec6f42ca9ca4c8bc18b071d34362742', '{"algorithm": "isotrain-draw-2", "blueprint": "6ad5da3c545e732cefe9cfa22930ac093992b47aeb520e2959a522cb76e1a99b", "pools": ["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"], "seed": "0e17daca5f3e175f448bacace3bc0da4", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "70155ec0511f4eda901628988aa5e9bb8ec6f42ca9ca4c8bc18b071d34362742", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[14, 1, "en", 1, "multiple_choice-balanced-1"], [16, 1, "en", 1, "single_choice-1"], [11, 1, "en", 1, "multiple_choice-balanced-1"], [10, 1, "en", 1, "single_choice-1"], [12, 1, "en", 1, "true_false-1"]]}', 'shares-1', NULL);
INSERT INTO public.form VALUES (8, 'isotrain-draw-2', '2fca346db656187102ce806ac732e06a', '["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"]', '{}', 'b7a46b7f4ce6d1ca307df12f4646acf46295a39d86ed9ef0d8a5606f427488e6', '{"algorithm": "isotrain-draw-2", "blueprint": "6ad5da3c545e732cefe9cfa22930ac093992b47aeb520e2959a522cb76e1a99b", "pools": ["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"], "seed": "2fca346db656187102ce806ac732e06a", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "b7a46b7f4ce6d1ca307df12f4646acf46295a39d86ed9ef0d8a5606f427488e6", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[11, 1, "en", 1, "multiple_choice-balanced-1"], [12, 1, "en", 1, "true_false-1"], [16, 1, "en", 1, "single_choice-1"], [14, 1, "en", 1, "multiple_choice-balanced-1"], [13, 1, "en", 1, "single_choice-1"]]}', 'shares-1', NULL);
INSERT INTO public.form VALUES (9, 'isotrain-draw-2', 'da4ea2a5506f2693eae190d9360a1f31', '["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"]', '{"10": 1, "11": 1, "13": 1, "14": 1, "16": 1}', '85f0aa67bbdae3d246d55a303cb59d56cee63e9401be5e97a9432072d32ce377', '{"algorithm": "isotrain-draw-2", "blueprint": "6ad5da3c545e732cefe9cfa22930ac093992b47aeb520e2959a522cb76e1a99b", "pools": ["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"], "seed": "da4ea2a5506f2693eae190d9360a1f31", "history": "bc97e38e52175694399f5ea7241a77567975b9997b6fb1dfbf5b8c00583e5e5f", "form": "85f0aa67bbdae3d246d55a303cb59d56cee63e9401be5e97a9432072d32ce377", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[12, 1, "en", 1, "true_false-1"], [13, 1, "en", 1, "single_choice-1"], [11, 1, "en", 1, "multiple_choice-balanced-1"], [15, 1, "en", 1, "true_false-1"], [16, 1, "en", 1, "single_choice-1"]]}', 'shares-1', NULL);
INSERT INTO public.form VALUES (10, 'isotrain-draw-2', '8722616204217eddb39e7df969e0698a', '["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"]', '{"11": 1, "12": 1, "13": 1, "14": 1, "16": 1}', 'b9e10d605536f2390f88fcca601a8972c458dd48f0d8bd2f9c667dc82de61c50', '{"algorithm": "isotrain-draw-2", "blueprint": "6ad5da3c545e732cefe9cfa22930ac093992b47aeb520e2959a522cb76e1a99b", "pools": ["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"], "seed": "8722616204217eddb39e7df969e0698a", "history": "994b40723c72870c827c74cfcb59623b70a55d50a967dafd8d4751a05964aabe", "form": "b9e10d605536f2390f88fcca601a8972c458dd48f0d8bd2f9c667dc82de61c50", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[11, 1, "en", 1, "multiple_choice-balanced-1"], [10, 1, "en", 1, "single_choice-1"], [14, 1, "en", 1, "multiple_choice-balanced-1"], [15, 1, "en", 1, "true_false-1"], [12, 1, "en", 1, "true_false-1"]]}', 'shares-1', NULL);
INSERT INTO public.form VALUES (11, 'isotrain-draw-2', '5316ca1c5ddca8e6ceccfce58f3b8540', '["39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2"]', '{}', 'a0d2cf6c119c1d8e659c7190ea91c788750fa849e07738377171e48f7f69ae6b', '{"algorithm": "isotrain-draw-2", "blueprint": "58df14425becadd6da9df2798729d67429c95fe65045bbffaece9a9b62b365d5", "pools": ["39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2"], "seed": "5316ca1c5ddca8e6ceccfce58f3b8540", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "a0d2cf6c119c1d8e659c7190ea91c788750fa849e07738377171e48f7f69ae6b", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[9, 1, "en", 1, "true_false-1"]]}', 'shares-1', NULL);
INSERT INTO public.form VALUES (12, 'isotrain-draw-2', 'a46e37632fa6ca51a13fe39a567b3c23', '["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"]', '{}', 'dee96b12c43c1dfe501c380de8593a58da614a6aff890603cefa66d8335c3ab8', '{"algorithm": "isotrain-draw-2", "blueprint": "ea4fdc9ca0519fbca858b2bfd6b90172ec4a69d800d7267d38b08224a9d7605c", "pools": ["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"], "seed": "a46e37632fa6ca51a13fe39a567b3c23", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "dee96b12c43c1dfe501c380de8593a58da614a6aff890603cefa66d8335c3ab8", "narrowed": ["iso"], "receipt": "isotrain-receipt-2", "language": "en", "questions": [[17, 1, "en", 1, "multiple_choice-balanced-1"]]}', 'shares-1', '["iso"]');
INSERT INTO public.form VALUES (13, 'isotrain-draw-2', 'bbb965ab0c80d6538cf2184babad2a56', '["39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2"]', '{}', '1e8a7efd3e153d7c6d1c72eb343491af4be4796f00933db09a3fdb035766206b', '{"algorithm": "isotrain-draw-2", "blueprint": "e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c", "pools": ["39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2"], "seed": "bbb965ab0c80d6538cf2184babad2a56", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "1e8a7efd3e153d7c6d1c72eb343491af4be4796f00933db09a3fdb035766206b", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[1, 2, "en", 1, "single_choice-1"], [3, 1, "en", 1, "true_false-1"], [5, 1, "en", 1, "multiple_choice-balanced-1"], [2, 1, "en", 1, "multiple_choice-balanced-1"], [6, 1, "en", 1, "true_false-1"]]}', 'shares-1', NULL);


--
-- Data for Name: former_identity; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.former_identity VALUES (1, 3, 'Chi Nguyễn', '1003', '2026-11-23 11:00:00+00');


--
-- Data for Name: half_way; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: headcount; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.headcount VALUES ('site', 1, '0001-01-01', 6);
INSERT INTO public.headcount VALUES ('unit', 1, '0001-01-01', 3);
INSERT INTO public.headcount VALUES ('unit', 2, '0001-01-01', 3);


--
-- Data for Name: identity; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.identity VALUES (1, 'Ada Ångström', 'ada ångström', '1001', 'ada@example.com');
INSERT INTO public.identity VALUES (2, 'Bela O''Neill', 'bela o''neill', '1002', NULL);
INSERT INTO public.identity VALUES (3, 'Chi Nguyen', 'chi nguyen', '1003', NULL);
INSERT INTO public.identity VALUES (4, 'Dee Expired', 'dee expired', '1004', NULL);
INSERT INTO public.identity VALUES (5, 'Eli Left', 'eli left', '1005', NULL);
INSERT INTO public.identity VALUES (6, 'Fay Sitting', 'fay sitting', '1006', NULL);
INSERT INTO public.identity VALUES (7, 'Ada Ångström', 'ada ångström', '1007', NULL);
INSERT INTO public.identity VALUES (8, 'Gus Publishing', 'gus publishing', '2001', NULL);
INSERT INTO public.identity VALUES (9, 'Hal Looking On', 'hal looking on', '2002', NULL);
INSERT INTO public.identity VALUES (10, 'Ivy Elsewhere', 'ivy elsewhere', '2003', NULL);
INSERT INTO public.identity VALUES (11, 'Kim Office', 'kim office', '3001', NULL);
INSERT INTO public.identity VALUES (12, 'Lou Office', 'lou office', '3002', NULL);


--
-- Data for Name: job; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: job_role; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.job_role VALUES (1, 'OPER', 'Operator');


--
-- Data for Name: key_seen; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.key_seen VALUES (1, 9);


--
-- Data for Name: late_answer; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.late_answer VALUES (1, 1, 2, '"c"', 1, '2026-11-23 10:00:00+00', false);
INSERT INTO public.late_answer VALUES (2, 12, 1, '["c"]', 1, '2026-11-24 11:00:00+00', false);


--
-- Data for Name: library; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.library VALUES (1, 'short', 'A short course', 'en', '[{"id": "iso", "title": "What ISO is"}]', '2026-11-23 09:00:00+00');
INSERT INTO public.library VALUES (2, 'other', 'A other course', 'en', '[{"id": "iso", "title": "What ISO is"}]', '2026-11-23 09:00:00+00');


--
-- Data for Name: library_member; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.library_member VALUES (1, 10, 'owner', '2026-11-23 11:00:00+00', NULL);


--
-- Data for Name: module; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.module VALUES (1, 'M1', 'short', 1, 1);
INSERT INTO public.module VALUES (2, 'M1', 'short', 2, 2);


--
-- Data for Name: module_picture; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: module_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.module_version VALUES (1, 1, 1, 'Who and when', 1, '{"id": "M1", "slug": "short", "title": "Who and when", "goal": "Say who certifies, and when.", "minutes": 1, "standards": ["iso-9001-2015"], "terms": ["body"], "facts": ["A1", "A2"], "often_said": [{"said": "ISO certified us.", "precise": "A certification body did.", "facts": ["A1"]}], "review": [{"id": "M1-R1", "question": "Who certifies?", "answer": "A certification body.", "points": ["not ISO"], "facts": ["A1"]}], "related": [], "body": "## Who certifies {#who}\n\nISO writes standards; a certification body audits and certifies [A1].\n\n## For how long {#when}\n\nA certificate of a management system usually runs for three years [A2].\n\n## What it means {#meaning}\n\nA certificate says that a system conformed when it was audited.\n\n## What it does not mean {#limits}\n\nIt says nothing about a single product."}', '330d93b22ff3dbd91d63c43e2f1d6d675ed3568ef068675dff2848a9b68c7e84', '2026-11-23 09:00:00+00');
INSERT INTO public.module_version VALUES (2, 2, 1, 'Who and when', 1, '{"id": "M1", "slug": "short", "title": "Who and when", "goal": "Say who certifies, and when.", "minutes": 1, "standards": ["iso-9001-2015"], "terms": ["body"], "facts": ["A1", "A2"], "often_said": [{"said": "ISO certified us.", "precise": "A certification body did.", "facts": ["A1"]}], "review": [{"id": "M1-R1", "question": "Who certifies?", "answer": "A certification body.", "points": ["not ISO"], "facts": ["A1"]}], "related": [], "body": "## Who certifies {#who}\n\nISO writes standards; a certification body audits and certifies [A1].\n\n## For how long {#when}\n\nA certificate of a management system usually runs for three years [A2].\n\n## What it means {#meaning}\n\nA certificate says that a system conformed when it was audited.\n\n## What it does not mean {#limits}\n\nIt says nothing about a single product."}', '330d93b22ff3dbd91d63c43e2f1d6d675ed3568ef068675dff2848a9b68c7e84', '2026-11-23 09:00:00+00');


--
-- Data for Name: one_time_link; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.one_time_link VALUES (1, 'ef01aedc925591108a6975af4d7c468a5895c4ccb110aaa888a698b1ad260d15', 'first_access', 2, '2026-11-23 10:00:00+00', '2026-12-07 10:00:00+00', NULL, 'command', NULL, '70581b73b43a5c04fcf7be3dc0f856992eb536c6b1b035b9e87b72b17eb3529c');


--
-- Data for Name: outgoing_mail; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: passkey; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: passkey_challenge; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: password; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: people_import; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: people_upload; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: picture; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.picture VALUES ('b33685e3149fff757e2bda226500fe616aad8ffa2342aa53ea9ef6653637c593', 'image/png', 8, 6, 75, '2026-11-24 11:00:00+00', '\x89504e470d0a1a0a0000000d4948445200000008000000060802000000716748ac0000001249444154789c63fccf801d30e110a78b04009885010b6c30829b0000000049454e44ae426082');


--
-- Data for Name: placement; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.placement VALUES (1, 1, 1, 1, 1, NULL, 'employee', '2026-01-01', NULL);
INSERT INTO public.placement VALUES (2, 2, 2, 1, 1, NULL, 'employee', '2026-01-02', NULL);
INSERT INTO public.placement VALUES (3, 3, 1, 1, 1, NULL, 'employee', '2026-01-03', NULL);
INSERT INTO public.placement VALUES (4, 4, 2, 1, 1, NULL, 'employee', '2026-01-04', NULL);
INSERT INTO public.placement VALUES (5, 5, 1, 1, 1, NULL, 'employee', '2026-01-05', '2026-11-24');
INSERT INTO public.placement VALUES (6, 6, 2, 1, 1, NULL, 'employee', '2026-01-06', NULL);
INSERT INTO public.placement VALUES (7, 7, 1, 1, 1, NULL, 'employee', '2026-01-07', NULL);


--
-- Data for Name: pool_snapshot; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.pool_snapshot VALUES (1, '73d5fcfda045dcb1fbabdc7527a4510c65bda6409294eea0ffb0e61f2ffb583e', 1, 9, '{"pool": "isotrain-pool-2", "places": [{"bank": "short", "topic": "iso", "difficulty": 1, "use": "exam", "entries": [[1, 1, "", "M1"], [2, 2, "", "M1"], [3, 3, "", "M1"], [4, 4, "", "M1"]]}, {"bank": "short", "topic": "iso", "difficulty": 1, "use": "practice", "entries": [[8, 8, "", "M1"], [9, 9, "", "M1"]]}, {"bank": "short", "topic": "iso", "difficulty": 2, "use": "exam", "entries": [[5, 5, "", "M1"], [6, 6, "", "M1"], [7, 7, "", "M1"]]}]}', '2026-11-23 09:00:00+00');
INSERT INTO public.pool_snapshot VALUES (2, '0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5', 2, 9, '{"pool": "isotrain-pool-2", "places": [{"bank": "other", "topic": "iso", "difficulty": 1, "use": "exam", "entries": [[10, 10, "", "M1"], [11, 11, "", "M1"], [12, 12, "", "M1"], [13, 13, "", "M1"]]}, {"bank": "other", "topic": "iso", "difficulty": 1, "use": "practice", "entries": [[17, 17, "", "M1"], [18, 18, "", "M1"]]}, {"bank": "other", "topic": "iso", "difficulty": 2, "use": "exam", "entries": [[14, 14, "", "M1"], [15, 15, "", "M1"], [16, 16, "", "M1"]]}]}', '2026-11-23 09:00:00+00');
INSERT INTO public.pool_snapshot VALUES (3, '39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2', 1, 9, '{"pool": "isotrain-pool-2", "places": [{"bank": "short", "topic": "iso", "difficulty": 1, "use": "exam", "entries": [[1, 19, "", "M1"], [2, 2, "", "M1"], [3, 3, "", "M1"], [4, 4, "", "M1"]]}, {"bank": "short", "topic": "iso", "difficulty": 1, "use": "practice", "entries": [[8, 8, "", "M1"], [9, 9, "", "M1"]]}, {"bank": "short", "topic": "iso", "difficulty": 2, "use": "exam", "entries": [[5, 5, "", "M1"], [6, 6, "", "M1"], [7, 7, "", "M1"]]}]}', '2026-11-23 09:00:00+00');


--
-- Data for Name: proposal; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.proposal VALUES (1, 'record-identity', 2, '{"name": "ADA \u00c5NGSTR\u00d6M", "personnel_no": "1001", "unit": "WORKS", "site": "S1", "job_role": "OPER", "employment_type": "employee", "manager_no": ""}', '40eb6a2f5e31b1b1b240b57f4cc348834a50eb63e05516a7e2d67d2167527c0d', 'As in the passport.', '2026-11-23 11:00:00+00', 'user', 11, 'confirmed', '2026-11-23 11:00:00+00', 'user', 12, NULL);
INSERT INTO public.proposal VALUES (2, 'record-identity', 4, '{"name": "ADA \u00c5NGSTR\u00d6M", "personnel_no": "1001", "unit": "WORKS", "site": "S1", "job_role": "OPER", "employment_type": "employee", "manager_no": ""}', '124036ac150bb801c2ba6d6a93beeeca86726ef4cd0ce8c3ed8241817ebbb052', 'As in the passport.', '2026-11-23 11:00:00+00', 'user', 11, 'declined', '2026-11-23 11:00:00+00', 'user', 12, 'The first is right.');
INSERT INTO public.proposal VALUES (3, 'record-identity', 4, '{"name": "ADA \u00c5NGSTR\u00d6M", "personnel_no": "1001", "unit": "WORKS", "site": "S1", "job_role": "OPER", "employment_type": "employee", "manager_no": ""}', '124036ac150bb801c2ba6d6a93beeeca86726ef4cd0ce8c3ed8241817ebbb052', 'As in the passport.', '2026-11-23 11:00:00+00', 'user', 11, 'asked', NULL, NULL, NULL, NULL);


--
-- Data for Name: question; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.question VALUES (1, 1, 'Q1', 19, 19, '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.question VALUES (2, 1, 'Q2', 2, 2, '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.question VALUES (3, 1, 'Q3', 3, 3, '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.question VALUES (4, 1, 'Q4', 4, 4, '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.question VALUES (5, 1, 'Q5', 5, 5, '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.question VALUES (6, 1, 'Q6', 6, 6, '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.question VALUES (7, 1, 'Q7', 7, 7, '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.question VALUES (8, 1, 'Q8', 8, 8, '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.question VALUES (9, 1, 'Q9', 9, 9, '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.question VALUES (10, 2, 'Q1', 10, 10, '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.question VALUES (11, 2, 'Q2', 11, 11, '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.question VALUES (12, 2, 'Q3', 12, 12, '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.question VALUES (13, 2, 'Q4', 13, 13, '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.question VALUES (14, 2, 'Q5', 14, 14, '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.question VALUES (15, 2, 'Q6', 15, 15, '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.question VALUES (16, 2, 'Q7', 16, 16, '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.question VALUES (17, 2, 'Q8', 17, 17, '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.question VALUES (18, 2, 'Q9', 18, 18, '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.question VALUES (19, 2, 'Q-10', 20, NULL, '2026-11-24 11:00:00+00', NULL);
INSERT INTO public.question VALUES (20, 2, 'Q-11', 21, NULL, '2026-11-24 11:00:00+00', NULL);
INSERT INTO public.question VALUES (21, 2, 'Q-12', 22, NULL, '2026-11-24 11:00:00+00', NULL);
INSERT INTO public.question VALUES (22, 2, 'Q-13', 23, NULL, '2026-11-24 11:00:00+00', NULL);
INSERT INTO public.question VALUES (23, 2, 'Q-14', 24, NULL, '2026-11-24 11:00:00+00', NULL);
INSERT INTO public.question VALUES (24, 2, 'Q-15', 25, NULL, '2026-11-24 11:00:00+00', NULL);
INSERT INTO public.question VALUES (25, 2, 'Q-16', 26, NULL, '2026-11-24 11:00:00+00', NULL);
INSERT INTO public.question VALUES (26, 2, 'Q-17', 27, NULL, '2026-11-24 11:00:00+00', NULL);
INSERT INTO public.question VALUES (27, 2, 'Q-18', 28, NULL, '2026-11-24 11:00:00+00', NULL);
INSERT INTO public.question VALUES (28, 2, 'Q-19', 29, NULL, '2026-11-24 11:00:00+00', NULL);
INSERT INTO public.question VALUES (29, 2, 'Q-20', 30, NULL, '2026-11-24 11:00:00+00', NULL);
INSERT INTO public.question VALUES (30, 2, 'Q-21', 31, NULL, '2026-11-24 11:00:00+00', NULL);
INSERT INTO public.question VALUES (31, 2, 'Q-22', 32, NULL, '2026-11-24 11:00:00+00', NULL);
INSERT INTO public.question VALUES (32, 2, 'Q-23', 33, NULL, '2026-11-24 11:00:00+00', NULL);


--
-- Data for Name: question_batch; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: question_key; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.question_key VALUES (1, '{"right": ["a"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO public.question_key VALUES (2, '{"right": ["b", "c", "d"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO public.question_key VALUES (3, '{"answer": false, "explanation": "Certification bodies do.", "feedback_true": "", "feedback_false": ""}');
INSERT INTO public.question_key VALUES (4, '{"right": ["a"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO public.question_key VALUES (5, '{"right": ["b", "c", "d"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO public.question_key VALUES (6, '{"answer": false, "explanation": "Certification bodies do.", "feedback_true": "", "feedback_false": ""}');
INSERT INTO public.question_key VALUES (7, '{"right": ["a"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO public.question_key VALUES (8, '{"right": ["b", "c", "d"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO public.question_key VALUES (9, '{"answer": false, "explanation": "Certification bodies do.", "feedback_true": "", "feedback_false": ""}');
INSERT INTO public.question_key VALUES (10, '{"right": ["a"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO public.question_key VALUES (11, '{"right": ["b", "c", "d"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO public.question_key VALUES (12, '{"answer": false, "explanation": "Certification bodies do.", "feedback_true": "", "feedback_false": ""}');
INSERT INTO public.question_key VALUES (13, '{"right": ["a"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO public.question_key VALUES (14, '{"right": ["b", "c", "d"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO public.question_key VALUES (15, '{"answer": false, "explanation": "Certification bodies do.", "feedback_true": "", "feedback_false": ""}');
INSERT INTO public.question_key VALUES (16, '{"right": ["a"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO public.question_key VALUES (17, '{"right": ["b", "c", "d"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO public.question_key VALUES (18, '{"answer": false, "explanation": "Certification bodies do.", "feedback_true": "", "feedback_false": ""}');
INSERT INTO public.question_key VALUES (19, '{"right": ["a"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO public.question_key VALUES (20, '{"right": ["b"], "shares": {}, "feedback": {}, "explanation": "ISO writes standards; certification bodies audit and certify."}');
INSERT INTO public.question_key VALUES (21, '{"right": ["a", "b", "d"], "shares": {}, "feedback": {}, "explanation": "An internal audit checks requirements and effectiveness, not people."}');
INSERT INTO public.question_key VALUES (22, '{"answer": false, "explanation": "ISO writes standards; certification bodies issue certificates.", "feedback_true": "", "feedback_false": ""}');
INSERT INTO public.question_key VALUES (23, '{"pairs": [["b", "b"], ["c", "a"], ["a", "d"], ["", "c"]], "explanation": "Each has a part of its own; no one does another''s."}');
INSERT INTO public.question_key VALUES (24, '{"order": ["e", "d", "a", "b", "c"], "explanation": "An audit is planned, done, reported and followed up."}');
INSERT INTO public.question_key VALUES (25, '{"pairs": [["a", "a"], ["c", "b"], ["b", "a"], ["d", "b"], ["", "c"]], "explanation": "Records say what happened; documents say what is to be done."}');
INSERT INTO public.question_key VALUES (26, '{"pairs": [["b", "b"], ["c", "a"], ["a", "d"], ["", "c"]], "explanation": "ISO writes standards and leaves certifying to others."}');
INSERT INTO public.question_key VALUES (27, '{"answers": [["certification body", "1", "", ""], ["registrar", "1", "", ""], ["*certif*", "1/2", "Name the body, not what it does.", ""], ["ISO", "0", "ISO writes standards and certifies nobody.", ""], ["*", "0", "", ""]], "explanation": "Certification bodies, also called registrars, audit and certify."}');
INSERT INTO public.question_key VALUES (28, '{"answers": [["3", "1", "", ""], ["36", "1/2", "That is the number of months.", ""], ["*", "0", "Think of the cycle of audits.", ""]], "explanation": "A certificate is valid for three years, with audits in between."}');
INSERT INTO public.question_key VALUES (29, '{"answers": [[["the organization itself", "1", "", ""], ["a customer", "0", "That is the second party.", ""], ["a body", "0", "", ""]], [["2015", "1", "", "0"], ["2008", "1/2", "", "0"]], [["clauses", "1", "", ""], ["chapters", "1", "", ""]], [["1", "1", "", "0"]]], "explanation": "Internal audits are first-party audits."}');
INSERT INTO public.question_key VALUES (30, '{"points": ["It finds gaps while there is time to close them.", "The standard asks for internal audits at planned intervals."], "explanation": "Internal audits show whether the system conforms and works."}');
INSERT INTO public.question_key VALUES (31, '{"parts": [{"right": ["a"], "shares": {}, "feedback": {}, "explanation": "Without a stop nobody can be freed in time."}, {"answers": [["2", "1", "", ""]], "explanation": "The text says so."}], "explanation": "What cannot be stopped must not run."}');
INSERT INTO public.question_key VALUES (32, '{"explanation": ""}');
INSERT INTO public.question_key VALUES (33, '{"right": ["a"], "shares": {}, "feedback": {}, "explanation": ""}');


--
-- Data for Name: question_picture; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.question_picture VALUES (33, 'b33685e3149fff757e2bda226500fe616aad8ffa2342aa53ea9ef6653637c593');


--
-- Data for Name: question_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.question_version VALUES (1, 1, 1, 'single_choice', '{"stem": "Question 1: who certifies a company?", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 1"}, {"id": "c", "text": "Ministry 1"}, {"id": "d", "text": "Nobody"}], "shuffle": true}', 'question 1: who certifies a company?', '0918f66f0122e1738ae83feb3be0dc6d2a461505dd113d4624ff158432cc3354', 'iso', 1, 'exam', 'en', NULL, 'shipped course', '2026-11-23 09:00:00+00', NULL, 1, 'single_choice-1', NULL, '["A1"]', NULL);
INSERT INTO public.question_version VALUES (2, 2, 1, 'multiple_choice', '{"stem": "Question 2: who does not certify? Choose all that apply.", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 2"}, {"id": "c", "text": "Ministry 2"}, {"id": "d", "text": "Nobody"}], "shuffle": true, "rule": "balanced"}', 'question 2: who does not certify? choose all that apply.', '8149594564c0169c06dbde82cd30dc35fc4217a72fa64d6592aa1086c8c249c4', 'iso', 1, 'exam', 'en', NULL, 'shipped course', '2026-11-23 09:00:00+00', NULL, 1, 'multiple_choice-balanced-1', NULL, '["A1"]', NULL);
INSERT INTO public.question_version VALUES (3, 3, 1, 'true_false', '{"stem": "Statement 3: ISO itself certifies companies."}', 'statement 3: iso itself certifies companies.', 'c1571af8e5b585755744974dbb0ddcac3eae4c62c165014be878a3e3fea44018', 'iso', 1, 'exam', 'en', NULL, 'shipped course', '2026-11-23 09:00:00+00', NULL, 1, 'true_false-1', NULL, '["A1"]', NULL);
INSERT INTO public.question_version VALUES (4, 4, 1, 'single_choice', '{"stem": "Question 4: who certifies a company?", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 4"}, {"id": "c", "text": "Ministry 4"}, {"id": "d", "text": "Nobody"}], "shuffle": true}', 'question 4: who certifies a company?', '437cbe875b0d6f9c932db69f87cd986626760e0ffbd831c57cd06761215e0f0d', 'iso', 1, 'exam', 'en', NULL, 'shipped course', '2026-11-23 09:00:00+00', NULL, 1, 'single_choice-1', NULL, '["A1"]', NULL);
INSERT INTO public.question_version VALUES (5, 5, 1, 'multiple_choice', '{"stem": "Question 5: who does not certify? Choose all that apply.", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 5"}, {"id": "c", "text": "Ministry 5"}, {"id": "d", "text": "Nobody"}], "shuffle": true, "rule": "balanced"}', 'question 5: who does not certify? choose all that apply.', '7f5bc3de716e53eebd3db82fefbbec613b6220d9ff6e7c05dfab42fb0bfb6163', 'iso', 2, 'exam', 'en', NULL, 'shipped course', '2026-11-23 09:00:00+00', NULL, 1, 'multiple_choice-balanced-1', NULL, '["A1"]', NULL);
INSERT INTO public.question_version VALUES (6, 6, 1, 'true_false', '{"stem": "Statement 6: ISO itself certifies companies."}', 'statement 6: iso itself certifies companies.', 'df0643aba97d708e56298fa2a80143b08e82367bcdf771476d468a561bfc0440', 'iso', 2, 'exam', 'en', NULL, 'shipped course', '2026-11-23 09:00:00+00', NULL, 1, 'true_false-1', NULL, '["A1"]', NULL);
INSERT INTO public.question_version VALUES (7, 7, 1, 'single_choice', '{"stem": "Question 7: who certifies a company?", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 7"}, {"id": "c", "text": "Ministry 7"}, {"id": "d", "text": "Nobody"}], "shuffle": true}', 'question 7: who certifies a company?', 'f5e8ecafde840b60c9d3d9c723282bef61ac4d5a086e91ad18d2dcd8c4d1c5cf', 'iso', 2, 'exam', 'en', NULL, 'shipped course', '2026-11-23 09:00:00+00', NULL, 1, 'single_choice-1', NULL, '["A1"]', NULL);
INSERT INTO public.question_version VALUES (8, 8, 1, 'multiple_choice', '{"stem": "Question 8: who does not certify? Choose all that apply.", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 8"}, {"id": "c", "text": "Ministry 8"}, {"id": "d", "text": "Nobody"}], "shuffle": true, "rule": "balanced"}', 'question 8: who does not certify? choose all that apply.', '6e4de044aaa1fb8b5d2b5e34faea8cb470a6e8140fc18f4ebed3cea6cb3b8b1c', 'iso', 1, 'practice', 'en', NULL, 'shipped course', '2026-11-23 09:00:00+00', NULL, 1, 'multiple_choice-balanced-1', NULL, '["A1"]', NULL);
INSERT INTO public.question_version VALUES (9, 9, 1, 'true_false', '{"stem": "Statement 9: ISO itself certifies companies."}', 'statement 9: iso itself certifies companies.', 'b91de6f5942d0a32ea40193a35946639f97f45e575833e65e4e502bfeb9922b9', 'iso', 1, 'practice', 'en', NULL, 'shipped course', '2026-11-23 09:00:00+00', NULL, 1, 'true_false-1', NULL, '["A1"]', NULL);
INSERT INTO public.question_version VALUES (10, 10, 1, 'single_choice', '{"stem": "Question 1: who certifies a company?", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 1"}, {"id": "c", "text": "Ministry 1"}, {"id": "d", "text": "Nobody"}], "shuffle": true}', 'question 1: who certifies a company?', '0918f66f0122e1738ae83feb3be0dc6d2a461505dd113d4624ff158432cc3354', 'iso', 1, 'exam', 'en', NULL, 'shipped course', '2026-11-23 09:00:00+00', NULL, 1, 'single_choice-1', NULL, '["A1"]', NULL);
INSERT INTO public.question_version VALUES (11, 11, 1, 'multiple_choice', '{"stem": "Question 2: who does not certify? Choose all that apply.", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 2"}, {"id": "c", "text": "Ministry 2"}, {"id": "d", "text": "Nobody"}], "shuffle": true, "rule": "balanced"}', 'question 2: who does not certify? choose all that apply.', '8149594564c0169c06dbde82cd30dc35fc4217a72fa64d6592aa1086c8c249c4', 'iso', 1, 'exam', 'en', NULL, 'shipped course', '2026-11-23 09:00:00+00', NULL, 1, 'multiple_choice-balanced-1', NULL, '["A1"]', NULL);
INSERT INTO public.question_version VALUES (12, 12, 1, 'true_false', '{"stem": "Statement 3: ISO itself certifies companies."}', 'statement 3: iso itself certifies companies.', 'c1571af8e5b585755744974dbb0ddcac3eae4c62c165014be878a3e3fea44018', 'iso', 1, 'exam', 'en', NULL, 'shipped course', '2026-11-23 09:00:00+00', NULL, 1, 'true_false-1', NULL, '["A1"]', NULL);
INSERT INTO public.question_version VALUES (13, 13, 1, 'single_choice', '{"stem": "Question 4: who certifies a company?", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 4"}, {"id": "c", "text": "Ministry 4"}, {"id": "d", "text": "Nobody"}], "shuffle": true}', 'question 4: who certifies a company?', '437cbe875b0d6f9c932db69f87cd986626760e0ffbd831c57cd06761215e0f0d', 'iso', 1, 'exam', 'en', NULL, 'shipped course', '2026-11-23 09:00:00+00', NULL, 1, 'single_choice-1', NULL, '["A1"]', NULL);
INSERT INTO public.question_version VALUES (14, 14, 1, 'multiple_choice', '{"stem": "Question 5: who does not certify? Choose all that apply.", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 5"}, {"id": "c", "text": "Ministry 5"}, {"id": "d", "text": "Nobody"}], "shuffle": true, "rule": "balanced"}', 'question 5: who does not certify? choose all that apply.', '7f5bc3de716e53eebd3db82fefbbec613b6220d9ff6e7c05dfab42fb0bfb6163', 'iso', 2, 'exam', 'en', NULL, 'shipped course', '2026-11-23 09:00:00+00', NULL, 1, 'multiple_choice-balanced-1', NULL, '["A1"]', NULL);
INSERT INTO public.question_version VALUES (15, 15, 1, 'true_false', '{"stem": "Statement 6: ISO itself certifies companies."}', 'statement 6: iso itself certifies companies.', 'df0643aba97d708e56298fa2a80143b08e82367bcdf771476d468a561bfc0440', 'iso', 2, 'exam', 'en', NULL, 'shipped course', '2026-11-23 09:00:00+00', NULL, 1, 'true_false-1', NULL, '["A1"]', NULL);
INSERT INTO public.question_version VALUES (16, 16, 1, 'single_choice', '{"stem": "Question 7: who certifies a company?", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 7"}, {"id": "c", "text": "Ministry 7"}, {"id": "d", "text": "Nobody"}], "shuffle": true}', 'question 7: who certifies a company?', 'f5e8ecafde840b60c9d3d9c723282bef61ac4d5a086e91ad18d2dcd8c4d1c5cf', 'iso', 2, 'exam', 'en', NULL, 'shipped course', '2026-11-23 09:00:00+00', NULL, 1, 'single_choice-1', NULL, '["A1"]', NULL);
INSERT INTO public.question_version VALUES (17, 17, 1, 'multiple_choice', '{"stem": "Question 8: who does not certify? Choose all that apply.", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 8"}, {"id": "c", "text": "Ministry 8"}, {"id": "d", "text": "Nobody"}], "shuffle": true, "rule": "balanced"}', 'question 8: who does not certify? choose all that apply.', '6e4de044aaa1fb8b5d2b5e34faea8cb470a6e8140fc18f4ebed3cea6cb3b8b1c', 'iso', 1, 'practice', 'en', NULL, 'shipped course', '2026-11-23 09:00:00+00', NULL, 1, 'multiple_choice-balanced-1', NULL, '["A1"]', NULL);
INSERT INTO public.question_version VALUES (18, 18, 1, 'true_false', '{"stem": "Statement 9: ISO itself certifies companies."}', 'statement 9: iso itself certifies companies.', 'b91de6f5942d0a32ea40193a35946639f97f45e575833e65e4e502bfeb9922b9', 'iso', 1, 'practice', 'en', NULL, 'shipped course', '2026-11-23 09:00:00+00', NULL, 1, 'true_false-1', NULL, '["A1"]', NULL);
INSERT INTO public.question_version VALUES (19, 1, 2, 'single_choice', '{"stem": "Who certifies?", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 1"}, {"id": "c", "text": "Ministry 1"}, {"id": "d", "text": "Nobody"}], "shuffle": true}', 'who certifies?', 'e17fd5f359af3fd97223fa275a4a4cdc6921bc8754587b3e8c93425b95e4aa8c', 'iso', 1, 'exam', 'en', NULL, 'written here', '2026-11-23 09:00:00+00', 8, 1, 'single_choice-1', NULL, '["A1"]', NULL);
INSERT INTO public.question_version VALUES (20, 19, 1, 'single_choice', '{"stem": "Who certifies an organization to ISO 9001?", "options": [{"id": "a", "text": "ISO"}, {"id": "b", "text": "A certification body"}, {"id": "c", "text": "An accreditation body"}], "shuffle": true}', 'who certifies an organization to iso 9001?', '83acd895cd14a1afa69697b00d850ef887b168d988d6725c3e235f96845d09ae', NULL, NULL, 'practice', 'en', NULL, 'written here', '2026-11-24 11:00:00+00', 10, 1, 'single_choice-1', NULL, '[]', NULL);
INSERT INTO public.question_version VALUES (21, 20, 1, 'multiple_choice', '{"stem": "Which of these does an internal audit look for? Choose all that apply.", "options": [{"id": "a", "text": "Conformity with the organization''s own requirements"}, {"id": "b", "text": "Whether the system is effectively kept up"}, {"id": "c", "text": "Somebody to blame"}, {"id": "d", "text": "Conformity with the standard"}], "shuffle": true, "rule": "balanced"}', 'which of these does an internal audit look for? choose all that apply.', '561357743f4b241c096a0f0c9a36428f7676fa693f0c9859481d8fa76fb3852d', NULL, NULL, 'practice', 'en', NULL, 'written here', '2026-11-24 11:00:00+00', 10, 1, 'multiple_choice-balanced-1', NULL, '[]', NULL);
INSERT INTO public.question_version VALUES (22, 21, 1, 'true_false', '{"stem": "ISO issues certificates to organizations."}', 'iso issues certificates to organizations.', 'cf48f3481033eb8f734839481527473a846eae9c65eb29db05362730b605fc50', NULL, NULL, 'practice', 'en', NULL, 'written here', '2026-11-24 11:00:00+00', 10, 1, 'true_false-1', NULL, '[]', NULL);
INSERT INTO public.question_version VALUES (23, 22, 1, 'matching', '{"stem": "Who does what?", "places": [{"id": "c", "text": "A certification body"}, {"id": "a", "text": "An accreditation body"}, {"id": "b", "text": "ISO"}], "choices": [{"id": "d", "text": "accredits certification bodies"}, {"id": "a", "text": "certifies organizations"}, {"id": "b", "text": "writes standards"}, {"id": "c", "text": "writes the laws of a country"}], "shuffle": true}', 'who does what?', 'ce13edcade9be92d930e3be7b33deafbe558eaf338474a2b226296c3abd5a5ec', NULL, NULL, 'practice', 'en', NULL, 'written here', '2026-11-24 11:00:00+00', 10, 1, 'matching-1', NULL, '[]', NULL);
INSERT INTO public.question_version VALUES (24, 23, 1, 'ordering', '{"stem": "Put the steps of an audit in order.", "items": [{"id": "e", "text": "Agree on scope and criteria"}, {"id": "c", "text": "Check that causes are removed"}, {"id": "a", "text": "Gather evidence on site"}, {"id": "d", "text": "Look at documents"}, {"id": "b", "text": "Say what was found"}], "rule": "all_or_nothing"}', 'put the steps of an audit in order.', '7bb17a5ad759a081454df3d2cfed509ff4b8bf1ee7e09e398ead636b8b35444d', NULL, NULL, 'practice', 'en', NULL, 'written here', '2026-11-24 11:00:00+00', 10, 1, 'ordering-all-1', NULL, '[]', NULL);
INSERT INTO public.question_version VALUES (25, 24, 1, 'categorising', '{"stem": "Which of these are records, and which are documents that are kept up to date?", "places": [{"id": "b", "text": "A calibration certificate"}, {"id": "a", "text": "A signed training list"}, {"id": "d", "text": "A work instruction"}, {"id": "c", "text": "The quality policy"}], "choices": [{"id": "b", "text": "Document"}, {"id": "c", "text": "Neither"}, {"id": "a", "text": "Record"}], "shuffle": true}', 'which of these are records, and which are documents that are kept up to date?', 'bde4675c71c03be0e4895cabb33fb3047a149fdaa4474037259922f621f0645c', NULL, NULL, 'practice', 'en', NULL, 'written here', '2026-11-24 11:00:00+00', 10, 1, 'categorising-1', NULL, '[]', NULL);
INSERT INTO public.question_version VALUES (26, 25, 1, 'gap_text', '{"stem": "ISO [[1]] standards. A [[2]] body audits an organization and [[3]] its system.", "places": [{"id": "b", "text": "1"}, {"id": "c", "text": "2"}, {"id": "a", "text": "3"}], "choices": [{"id": "c", "text": "accredits"}, {"id": "a", "text": "certification"}, {"id": "d", "text": "certifies"}, {"id": "b", "text": "writes"}], "shuffle": true}', 'iso [[1]] standards. a [[2]] body audits an organization and [[3]] its system.', '9e4d7698d1ef2ea4871a1ad3c8d526b9e0a25b86e091591f6e9aa854a7633349', NULL, NULL, 'practice', 'en', NULL, 'written here', '2026-11-24 11:00:00+00', 10, 1, 'gap_text-1', NULL, '[]', NULL);
INSERT INTO public.question_version VALUES (27, 26, 1, 'short_text', '{"stem": "Who audits a management system and issues its certificate?"}', 'who audits a management system and issues its certificate?', '6dd1bb486c8a6ae751dff39de7c6042230fa540ed36e590593329d87d7ea3512', NULL, NULL, 'practice', 'en', NULL, 'written here', '2026-11-24 11:00:00+00', 10, 1, 'short_text-1', NULL, '[]', NULL);
INSERT INTO public.question_version VALUES (28, 27, 1, 'numeric', '{"stem": "How many years is a certificate usually valid?", "unit": "years"}', 'how many years is a certificate usually valid?', 'b095cc45d3cb1f10f7e18fddaadafc80ec66f403eb82ee4d33ac6d7948a7712a', NULL, NULL, 'practice', 'en', NULL, 'written here', '2026-11-24 11:00:00+00', 10, 1, 'numeric-1', NULL, '[]', NULL);
INSERT INTO public.question_version VALUES (29, 28, 1, 'cloze', '{"stem": "An audit by [[1]] is an internal one. ISO 9001 was last revised in [[2]]; its [[3]] are numbered from [[4]].", "parts": [{"kind": "choice", "weight": 1, "options": ["the organization itself", "a customer", "a body"]}, {"kind": "numeric", "weight": 2}, {"kind": "short_text", "weight": 1}, {"kind": "numeric", "weight": 1}]}', 'an audit by [[1]] is an internal one. iso 9001 was last revised in [[2]]; its [[3]] are numbered from [[4]].', '27c557a9fd46c7c646b5c4375a326e3cd6320b2bbd2e675712e70b5756c4af2d', NULL, NULL, 'practice', 'en', NULL, 'written here', '2026-11-24 11:00:00+00', 10, 1, 'cloze-1', NULL, '[]', NULL);
INSERT INTO public.question_version VALUES (30, 29, 1, 'essay', '{"stem": "Why does a company audit itself before others audit it?"}', 'why does a company audit itself before others audit it?', '8d4994955d067ef5490f7ccd93ac92979e04af8a2ec7c167dc00472ddc8e0191', NULL, NULL, 'practice', 'en', NULL, 'written here', '2026-11-24 11:00:00+00', 10, 1, 'essay-1', NULL, '[]', NULL);
INSERT INTO public.question_version VALUES (31, 30, 1, 'scenario', '{"stem": "Belt 4 of a depot. Its emergency cord has hung loose for two days.", "parts": [{"type": "single_choice", "content": {"stem": "What should the person at belt 4 do?", "options": [{"id": "a", "text": "Stop work there until the cord holds"}, {"id": "b", "text": "Work more slowly"}], "shuffle": true}}, {"type": "numeric", "content": {"stem": "For how many days has the cord been loose?"}}]}', 'belt 4 of a depot. its emergency cord has hung loose for two days.', 'a85b20f3a0154f184e59cbb18787bf42bd5ab8f2ce687115406cfa7d50ef9e10', NULL, NULL, 'practice', 'en', NULL, 'written here', '2026-11-24 11:00:00+00', 10, 1, 'scenario-1', NULL, '[]', NULL);
INSERT INTO public.question_version VALUES (32, 31, 1, 'information', '{"stem": "The next questions are about internal audits."}', 'the next questions are about internal audits.', '98cf19cf2d7c00996364a41c8ab3469111d0e04f7628dce8e63b344d4c28f101', NULL, NULL, 'practice', 'en', NULL, 'written here', '2026-11-24 11:00:00+00', 10, 1, 'information-1', NULL, '[]', NULL);
INSERT INTO public.question_version VALUES (33, 32, 1, 'single_choice', '{"stem": "Whose is this? ![A red seal](picture:b33685e3149fff757e2bda226500fe616aad8ffa2342aa53ea9ef6653637c593/8x6)", "options": [{"id": "a", "text": "A certification body''s"}, {"id": "b", "text": "Nobody''s"}], "shuffle": true}', 'whose is this? [a red seal]', '83e1174e0914de829c42bc3100af7657dcd1172493c0737c716337b5a0c2e568', NULL, NULL, 'exam', 'en', NULL, 'written here', '2026-11-24 11:00:00+00', 10, 1, 'single_choice-1', NULL, '[]', NULL);


--
-- Data for Name: quiz; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.quiz VALUES (1, 'short-exam', 1, 'exam', 6, '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.quiz VALUES (2, 'short-practice', 1, 'practice', 2, '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.quiz VALUES (3, 'other-exam', 2, 'exam', 5, '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.quiz VALUES (4, 'other-practice', 2, 'practice', 4, '2026-11-23 09:00:00+00', NULL);


--
-- Data for Name: quiz_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.quiz_version VALUES (1, 1, 1, 'published', 'Exam, short', '[{"bank": "short", "topic": "iso", "difficulty": 1, "count": 3}, {"bank": "short", "topic": "iso", "difficulty": 2, "count": 2}]', '{"minutes": 30, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "attempts": 3, "wait_hours": 24, "order": "shuffled", "feedback": "explanations"}', 'e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c', '2026-11-23 09:00:00+00', NULL, '2026-11-23 09:00:00+00', NULL, NULL, 'shares-1', '[]');
INSERT INTO public.quiz_version VALUES (2, 2, 1, 'published', 'Practice, short', '[{"bank": "short", "topic": "iso", "difficulty": 1, "count": 1}]', '{"minutes": 0, "pass_mark": 60, "pass_mark_basis": "", "attempts": 0, "wait_hours": 0, "order": "shuffled", "feedback": "answers"}', '58df14425becadd6da9df2798729d67429c95fe65045bbffaece9a9b62b365d5', '2026-11-23 09:00:00+00', NULL, '2026-11-23 09:00:00+00', NULL, NULL, 'shares-1', '[]');
INSERT INTO public.quiz_version VALUES (3, 3, 1, 'published', 'Exam, other', '[{"bank": "other", "topic": "iso", "difficulty": 1, "count": 3}, {"bank": "other", "topic": "iso", "difficulty": 2, "count": 2}]', '{"minutes": 30, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "attempts": 3, "wait_hours": 24, "order": "shuffled", "feedback": "explanations"}', '6ad5da3c545e732cefe9cfa22930ac093992b47aeb520e2959a522cb76e1a99b', '2026-11-23 09:00:00+00', NULL, '2026-11-23 09:00:00+00', NULL, NULL, 'shares-1', '[]');
INSERT INTO public.quiz_version VALUES (4, 4, 1, 'published', 'Practice, other', '[{"bank": "other", "topic": "iso", "difficulty": 1, "count": 1}]', '{"minutes": 0, "pass_mark": 60, "pass_mark_basis": "", "attempts": 0, "wait_hours": 0, "order": "shuffled", "feedback": "answers"}', 'ea4fdc9ca0519fbca858b2bfd6b90172ec4a69d800d7267d38b08224a9d7605c', '2026-11-23 09:00:00+00', NULL, '2026-11-23 09:00:00+00', NULL, NULL, 'shares-1', '[]');
INSERT INTO public.quiz_version VALUES (5, 3, 2, 'published', 'Other exam, once', '[{"bank": "other", "topic": "iso", "difficulty": 1, "count": 3}, {"bank": "other", "topic": "iso", "difficulty": 2, "count": 2}]', '{"minutes": 30, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "attempts": 1, "wait_hours": 24, "order": "shuffled", "feedback": "explanations"}', '6ad5da3c545e732cefe9cfa22930ac093992b47aeb520e2959a522cb76e1a99b', '2026-11-23 09:00:00+00', 10, '2026-11-23 09:00:00+00', 10, NULL, 'shares-1', '[]');
INSERT INTO public.quiz_version VALUES (6, 1, 2, 'published', 'Short exam, again', '[{"bank": "short", "topic": "iso", "difficulty": 1, "count": 3}, {"bank": "short", "topic": "iso", "difficulty": 2, "count": 2}]', '{"minutes": 30, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "attempts": 3, "wait_hours": 24, "order": "shuffled", "feedback": "explanations"}', 'e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c', '2026-11-23 09:00:00+00', 8, '2026-11-23 09:00:00+00', 8, NULL, 'shares-1', '[]');


--
-- Data for Name: reading; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.reading VALUES (1, 1, '2026-11-23 10:00:00+00', '2026-11-23 10:00:00+00', NULL, NULL, NULL);


--
-- Data for Name: record_person; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.record_person VALUES (1, 'Dee Expired', '1004', NULL, NULL, '{"name": "6b86b273ff34fce19d6b804eff5a3f57", "personnel_no": "d4735e3a265e16eee03f59718b9b5d03", "manager_name": "4e07408562bedb8b60ce05c1decfe3ad", "manager_personnel_no": "4b227777d4dd1fc61c6f884f48641d02"}');
INSERT INTO public.record_person VALUES (2, 'Ada Ångström', '1001', NULL, NULL, '{"name": "3fdba35f04dc8c462986c992bcf87554", "personnel_no": "8527a891e224136950ff32ca212b45bc", "manager_name": "e629fa6598d732768f7c726b4b621285", "manager_personnel_no": "b17ef6d19c7a5b1ee83b907c595526dc"}');
INSERT INTO public.record_person VALUES (3, 'Bela O''Neill', '1002', NULL, NULL, '{"name": "785f3ec7eb32f30b90cd0fcf3657d388", "personnel_no": "535fa30d7e25dd8a49f1536779734ec8", "manager_name": "c2356069e9d1e79ca924378153cfbbfb", "manager_personnel_no": "b7a56873cd771f2c446d369b649430b6"}');
INSERT INTO public.record_person VALUES (4, 'Ada Ångström', '1001', NULL, NULL, '{"name": "eb1e33e8a81b697b75855af6bfcdbcbf", "personnel_no": "e29c9c180c6279b0b02abd6a1801c7c0", "manager_name": "c6f3ac57944a531490cd39902d0f7777", "manager_personnel_no": "86e50149658661312a9e0b35558d84f6"}');
INSERT INTO public.record_person VALUES (5, 'Ada Ångström', '1007', NULL, NULL, '{"name": "d59eced1ded07f84c145592f65bdf854", "personnel_no": "3d914f9348c9cc0ff8a79716700b9fcd", "manager_name": "73475cb40a568e8da8a045ced110137e", "manager_personnel_no": "44cb730c420480a0477b505ae68af508"}');
INSERT INTO public.record_person VALUES (6, 'Chi Nguyễn', '1003', NULL, NULL, '{"name": "811786ad1ae74adfdd20dd0372abaaeb", "personnel_no": "25fc0e7096fc653718202dc30b0c580b", "manager_name": "31489056e0916d59fe3add79e63f095a", "manager_personnel_no": "98010bd9270f9b100b6214a21754fd33"}');
INSERT INTO public.record_person VALUES (7, 'Chi Nguyễn', '1003', NULL, NULL, '{"name": "1a6562590ef19d1045d06c4055742d38", "personnel_no": "031b4af5197ec30a926f48cf40e11a7d", "manager_name": "41cfc0d1f2d127b04555b7246d84019b", "manager_personnel_no": "2858dcd1057d3eae7f7d5f782167e24b"}');
INSERT INTO public.record_person VALUES (8, 'Dee Expired', '1004', NULL, NULL, '{"name": "02d20bbd7e394ad5999a4cebabac9619", "personnel_no": "7688b6ef52555962d008fff894223582", "manager_name": "c837649cce43f2729138e72cc3152070", "manager_personnel_no": "6208ef0f7750c111548cf90b6ea1d0d0"}');
INSERT INTO public.record_person VALUES (9, 'ADA ÅNGSTRÖM', '1001', NULL, NULL, '{"name": "3e1e967e9b793e908f8eae83c74dba9b", "personnel_no": "39fa9ec190eee7b6f4dff1100d6343e1", "manager_name": "d029fa3a95e174a19934857f535eb942", "manager_personnel_no": "81b8a03f97e8787c53fe1a86bda042b6"}');
INSERT INTO public.record_person VALUES (10, 'Ada Ångström', '1001', NULL, NULL, '{"name": "a21855da08cb102d1d217c53dc5824a3", "personnel_no": "c75cb66ae28d8ebc6eded002c28a8ba0", "manager_name": "ff5a1ae012afa5d4c889c50ad427aaf5", "manager_personnel_no": "7f2253d7e228b22a08bda1f09c516f6f"}');
INSERT INTO public.record_person VALUES (11, 'Dee Expired', '1004', NULL, NULL, '{"name": "a88a7902cb4ef697ba0b6759c50e8c10", "personnel_no": "349c41201b62db851192665c504b350f", "manager_name": "98a3ab7c340e8a033e7b37b6ef942875", "manager_personnel_no": "48449a14a4ff7d79bb7a1b6f3d488eba"}');


--
-- Data for Name: recovery_code; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: requirement; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.requirement VALUES (1, 1, 'everybody', NULL, NULL, 1, 'aware', '2026-12-31', 30, '2026-11-23 09:00:00+00', NULL, NULL, NULL);
INSERT INTO public.requirement VALUES (2, 2, 'everybody', NULL, NULL, 1, 'aware', '2026-12-31', 30, '2026-11-23 09:00:00+00', NULL, NULL, NULL);


--
-- Data for Name: result; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.result VALUES (1, '1', '5', '20.0', false, '2026-11-23 10:00:00+00');
INSERT INTO public.result VALUES (2, '5', '5', '100.0', true, '2026-11-23 10:00:00+00');
INSERT INTO public.result VALUES (3, '5', '5', '100.0', true, '2026-11-23 10:00:00+00');
INSERT INTO public.result VALUES (4, '5', '5', '100.0', true, '2026-11-23 10:00:00+00');
INSERT INTO public.result VALUES (5, '13/3', '5', '86.6', true, '2026-11-23 10:00:00+00');
INSERT INTO public.result VALUES (6, '1', '5', '20.0', false, '2026-11-23 10:00:00+00');
INSERT INTO public.result VALUES (7, '4/3', '5', '26.6', false, '2026-11-23 10:00:00+00');
INSERT INTO public.result VALUES (8, '1', '5', '20.0', false, '2026-11-23 10:00:00+00');
INSERT INTO public.result VALUES (9, '5', '5', '100.0', true, '2026-11-24 11:00:00+00');
INSERT INTO public.result VALUES (10, '5', '5', '100.0', true, '2026-11-24 11:00:00+00');
INSERT INTO public.result VALUES (11, '0', '1', '0.0', false, '2026-11-24 11:00:00+00');
INSERT INTO public.result VALUES (12, '0', '1', '0.0', false, '2026-11-24 11:00:00+00');


--
-- Data for Name: result_seen; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.result_seen VALUES (2, '2026-11-23 11:00:00+00');


--
-- Data for Name: roster_line; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.roster_line VALUES (1, '2026-01-01', '9999-12-31', 'ada ångström', '1001', true, false, ' 1001 ada ada@examplecom ångström', 1, 'Works', 1, 'Halden', 1, 'Operator', NULL, NULL);
INSERT INTO public.roster_line VALUES (2, '2026-01-02', '9999-12-31', 'bela o''neill', '1002', true, false, ' 1002 bela neill oneill', 2, 'Hall', 1, 'Halden', 1, 'Operator', NULL, NULL);
INSERT INTO public.roster_line VALUES (3, '2026-01-03', '9999-12-31', 'chi nguyen', '1003', true, false, ' 1003 chi nguyen', 1, 'Works', 1, 'Halden', 1, 'Operator', NULL, NULL);
INSERT INTO public.roster_line VALUES (4, '2026-01-04', '9999-12-31', 'dee expired', '1004', true, false, ' 1004 dee expired', 2, 'Hall', 1, 'Halden', 1, 'Operator', NULL, NULL);
INSERT INTO public.roster_line VALUES (5, '2026-01-05', '2026-11-24', 'eli left', '1005', false, false, ' 1005 eli left', 1, 'Works', 1, 'Halden', 1, 'Operator', NULL, NULL);
INSERT INTO public.roster_line VALUES (5, '2026-11-24', '9999-12-31', 'eli left', '1005', false, false, ' 1005 eli left', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.roster_line VALUES (6, '2026-01-06', '9999-12-31', 'fay sitting', '1006', true, false, ' 1006 fay sitting', 2, 'Hall', 1, 'Halden', 1, 'Operator', NULL, NULL);
INSERT INTO public.roster_line VALUES (7, '2026-01-07', '9999-12-31', 'ada ångström', '1007', true, false, ' 1007 ada ångström', 1, 'Works', 1, 'Halden', 1, 'Operator', NULL, NULL);
INSERT INTO public.roster_line VALUES (8, '0001-01-01', '9999-12-31', 'gus publishing', '2001', true, false, ' 2001 gus publishing', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.roster_line VALUES (9, '0001-01-01', '9999-12-31', 'hal looking on', '2002', true, false, ' 2002 hal looking on', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.roster_line VALUES (10, '0001-01-01', '9999-12-31', 'ivy elsewhere', '2003', true, false, ' 2003 elsewhere ivy', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.roster_line VALUES (11, '0001-01-01', '9999-12-31', 'kim office', '3001', true, false, ' 3001 kim office', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.roster_line VALUES (12, '0001-01-01', '9999-12-31', 'lou office', '3002', true, false, ' 3002 lou office', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);


--
-- Data for Name: search_word; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.search_word VALUES (1, '1001');
INSERT INTO public.search_word VALUES (1, 'ada');
INSERT INTO public.search_word VALUES (1, 'ada@examplecom');
INSERT INTO public.search_word VALUES (1, 'ångström');
INSERT INTO public.search_word VALUES (2, '1002');
INSERT INTO public.search_word VALUES (2, 'bela');
INSERT INTO public.search_word VALUES (2, 'neill');
INSERT INTO public.search_word VALUES (2, 'oneill');
INSERT INTO public.search_word VALUES (3, '1003');
INSERT INTO public.search_word VALUES (3, 'chi');
INSERT INTO public.search_word VALUES (3, 'nguyen');
INSERT INTO public.search_word VALUES (4, '1004');
INSERT INTO public.search_word VALUES (4, 'dee');
INSERT INTO public.search_word VALUES (4, 'expired');
INSERT INTO public.search_word VALUES (5, '1005');
INSERT INTO public.search_word VALUES (5, 'eli');
INSERT INTO public.search_word VALUES (5, 'left');
INSERT INTO public.search_word VALUES (6, '1006');
INSERT INTO public.search_word VALUES (6, 'fay');
INSERT INTO public.search_word VALUES (6, 'sitting');
INSERT INTO public.search_word VALUES (7, '1007');
INSERT INTO public.search_word VALUES (7, 'ada');
INSERT INTO public.search_word VALUES (7, 'ångström');
INSERT INTO public.search_word VALUES (8, '2001');
INSERT INTO public.search_word VALUES (8, 'gus');
INSERT INTO public.search_word VALUES (8, 'publishing');
INSERT INTO public.search_word VALUES (9, '2002');
INSERT INTO public.search_word VALUES (9, 'hal');
INSERT INTO public.search_word VALUES (9, 'looking');
INSERT INTO public.search_word VALUES (9, 'on');
INSERT INTO public.search_word VALUES (10, '2003');
INSERT INTO public.search_word VALUES (10, 'elsewhere');
INSERT INTO public.search_word VALUES (10, 'ivy');
INSERT INTO public.search_word VALUES (11, '3001');
INSERT INTO public.search_word VALUES (11, 'kim');
INSERT INTO public.search_word VALUES (11, 'office');
INSERT INTO public.search_word VALUES (12, '3002');
INSERT INTO public.search_word VALUES (12, 'lou');
INSERT INTO public.search_word VALUES (12, 'office');


--
-- Data for Name: self_rating; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.self_rating VALUES (1, 1, 'M1-R1', 'knew', '2026-11-23 10:00:00+00');


--
-- Data for Name: setting; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.setting VALUES (1, 'two_person_roles', 1, 'off', 'on', 'Two look at roles.', '2026-11-23 11:00:00+00', 'command', NULL);


--
-- Data for Name: sign_in_name; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.sign_in_name VALUES ('1001', 1, 'personnel_no');
INSERT INTO public.sign_in_name VALUES ('1002', 2, 'personnel_no');
INSERT INTO public.sign_in_name VALUES ('1003', 3, 'personnel_no');
INSERT INTO public.sign_in_name VALUES ('1004', 4, 'personnel_no');
INSERT INTO public.sign_in_name VALUES ('1005', 5, 'personnel_no');
INSERT INTO public.sign_in_name VALUES ('1006', 6, 'personnel_no');
INSERT INTO public.sign_in_name VALUES ('1007', 7, 'personnel_no');
INSERT INTO public.sign_in_name VALUES ('2001', 8, 'personnel_no');
INSERT INTO public.sign_in_name VALUES ('2002', 9, 'personnel_no');
INSERT INTO public.sign_in_name VALUES ('2003', 10, 'personnel_no');
INSERT INTO public.sign_in_name VALUES ('3001', 11, 'personnel_no');
INSERT INTO public.sign_in_name VALUES ('3002', 12, 'personnel_no');
INSERT INTO public.sign_in_name VALUES ('ada@example.com', 1, 'email');


--
-- Data for Name: signing_key; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.signing_key VALUES ('5baec2510da1735f', '-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAwQNwOTLs3mU4qWikfgrg9hA9yGFtR8aeCiqEd3slQCk=
-----END PUBLIC KEY-----
', '2026-11-23 10:00:00+00', NULL, NULL);


--
-- Data for Name: site; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.site VALUES (1, 'S1', 'Halden', NULL);


--
-- Data for Name: standard; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.standard VALUES (1, 'iso-9001', 'ISO 9001', 'Quality management systems, requirements', true);
INSERT INTO public.standard VALUES (2, 'iso-14001', 'ISO 14001', 'Environmental management systems, requirements', true);
INSERT INTO public.standard VALUES (3, 'iso-45001', 'ISO 45001', 'Occupational health and safety management systems, requirements', true);
INSERT INTO public.standard VALUES (4, 'iso-27001', 'ISO/IEC 27001', 'Information security management systems, requirements', true);
INSERT INTO public.standard VALUES (5, 'iso-22301', 'ISO 22301', 'Business continuity management systems, requirements', true);
INSERT INTO public.standard VALUES (6, 'iso-50001', 'ISO 50001', 'Energy management systems, requirements', true);
INSERT INTO public.standard VALUES (7, 'iso-13485', 'ISO 13485', 'Quality management systems for medical devices, requirements', true);
INSERT INTO public.standard VALUES (8, 'iso-22000', 'ISO 22000', 'Food safety management systems, requirements', true);
INSERT INTO public.standard VALUES (9, 'iso-20000-1', 'ISO/IEC 20000-1', 'Service management systems, requirements', true);
INSERT INTO public.standard VALUES (10, 'iso-37001', 'ISO 37001', 'Anti-bribery management systems, requirements', true);
INSERT INTO public.standard VALUES (11, 'iso-42001', 'ISO/IEC 42001', 'Management systems for artificial intelligence, requirements', true);
INSERT INTO public.standard VALUES (12, 'iso-9000', 'ISO 9000', 'Quality management, fundamentals and vocabulary', false);
INSERT INTO public.standard VALUES (13, 'iso-27000', 'ISO/IEC 27000', 'Information security management systems, overview', false);
INSERT INTO public.standard VALUES (14, 'iso-19011', 'ISO 19011', 'Auditing management systems, guidelines', false);
INSERT INTO public.standard VALUES (15, 'iso-10015', 'ISO 10015', 'Competence management and people development, guidelines', false);
INSERT INTO public.standard VALUES (16, 'iso-17000', 'ISO/IEC 17000', 'Conformity assessment, vocabulary and general principles', false);
INSERT INTO public.standard VALUES (17, 'iso-17011', 'ISO/IEC 17011', 'Accreditation bodies, requirements', false);
INSERT INTO public.standard VALUES (18, 'iso-17021-1', 'ISO/IEC 17021-1', 'Bodies providing audit and certification of management systems', false);
INSERT INTO public.standard VALUES (19, 'iso-17024', 'ISO/IEC 17024', 'Bodies certifying persons, requirements', false);
INSERT INTO public.standard VALUES (20, 'iso-17025', 'ISO/IEC 17025', 'Testing and calibration laboratories, competence', false);
INSERT INTO public.standard VALUES (21, 'iso-17065', 'ISO/IEC 17065', 'Bodies certifying products, processes and services', false);
INSERT INTO public.standard VALUES (22, 'iso-27006-1', 'ISO/IEC 27006-1', 'Bodies certifying information security management systems', false);
INSERT INTO public.standard VALUES (23, 'iso-42006', 'ISO/IEC 42006', 'Bodies certifying management systems for artificial intelligence', false);


--
-- Data for Name: term; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.term VALUES (1, 'body', 1, 1);
INSERT INTO public.term VALUES (2, 'body', 2, 2);


--
-- Data for Name: term_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.term_version VALUES (1, 1, 'certification body', '["certification bodies"]', 'An organization that audits and certifies.', '["A1"]', 'b9e8d075de45f55fe9adb63712f6ae5805ea73b537ad6aa972187ccc231f29e6', '2026-11-23 09:00:00+00');
INSERT INTO public.term_version VALUES (2, 2, 'certification body', '["certification bodies"]', 'An organization that audits and certifies.', '["A1"]', 'b9e8d075de45f55fe9adb63712f6ae5805ea73b537ad6aa972187ccc231f29e6', '2026-11-23 09:00:00+00');


--
-- Data for Name: throttle; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: unit; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.unit VALUES (1, 'WORKS', 'Works', NULL);
INSERT INTO public.unit VALUES (2, 'HALL', 'Hall', 1);


--
-- Data for Name: user; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public."user" VALUES (1, '2026-11-23 09:00:00+00', NULL, false, NULL, NULL);
INSERT INTO public."user" VALUES (2, '2026-11-23 09:00:00+00', NULL, false, NULL, NULL);
INSERT INTO public."user" VALUES (3, '2026-11-23 09:00:00+00', NULL, false, NULL, NULL);
INSERT INTO public."user" VALUES (4, '2026-11-23 09:00:00+00', NULL, false, NULL, NULL);
INSERT INTO public."user" VALUES (5, '2026-11-23 09:00:00+00', '2026-11-23 10:00:00+00', false, NULL, NULL);
INSERT INTO public."user" VALUES (6, '2026-11-23 09:00:00+00', NULL, false, NULL, NULL);
INSERT INTO public."user" VALUES (7, '2026-11-23 09:00:00+00', NULL, false, NULL, NULL);
INSERT INTO public."user" VALUES (8, '2026-11-23 09:00:00+00', NULL, false, NULL, NULL);
INSERT INTO public."user" VALUES (9, '2026-11-23 09:00:00+00', NULL, false, NULL, NULL);
INSERT INTO public."user" VALUES (10, '2026-11-23 09:00:00+00', NULL, false, NULL, NULL);
INSERT INTO public."user" VALUES (11, '2026-11-23 11:00:00+00', NULL, false, NULL, NULL);
INSERT INTO public."user" VALUES (12, '2026-11-23 11:00:00+00', NULL, false, NULL, NULL);


--
-- Data for Name: user_role; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.user_role VALUES (1, 'employee', '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.user_role VALUES (2, 'employee', '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.user_role VALUES (3, 'employee', '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.user_role VALUES (4, 'employee', '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.user_role VALUES (5, 'employee', '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.user_role VALUES (6, 'employee', '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.user_role VALUES (7, 'employee', '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.user_role VALUES (8, 'trainer', '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.user_role VALUES (9, 'trainer', '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.user_role VALUES (10, 'trainer', '2026-11-23 09:00:00+00', NULL);
INSERT INTO public.user_role VALUES (11, 'hr', '2026-11-23 11:00:00+00', NULL);
INSERT INTO public.user_role VALUES (12, 'hr', '2026-11-23 11:00:00+00', NULL);


--
-- Data for Name: user_session; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.user_session VALUES (1, 'e5eeda55757ae8a7989dfb5a6ab8d2ae92d3cd9ce2c0450842ce9f3e4eacfb25', 1, '2026-11-23 10:00:00+00', '2026-11-23 10:00:00+00', NULL, 'test', NULL, 0, NULL, false, NULL, '2026-11-23 10:00:00+00');
INSERT INTO public.user_session VALUES (2, '589115f1ff6f134ce38110269a7e2bf41f8bcfe6aa72412dfb3b32356e26edad', 6, '2026-11-24 11:00:00+00', '2026-11-24 11:00:00+00', NULL, 'test', 13, 0, NULL, false, NULL, '2026-11-24 11:00:00+00');


--
-- Data for Name: work; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Name: account_notice_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.account_notice_id_seq', 1, false);


--
-- Name: assignment_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.assignment_id_seq', 20, true);


--
-- Name: attempt_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.attempt_id_seq', 13, true);


--
-- Name: authenticator_app_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.authenticator_app_id_seq', 1, false);


--
-- Name: bank_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.bank_id_seq', 2, true);


--
-- Name: bank_upload_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.bank_upload_id_seq', 1, false);


--
-- Name: certificate_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.certificate_id_seq', 6, true);


--
-- Name: completion_record_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.completion_record_id_seq', 11, true);


--
-- Name: course_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.course_id_seq', 2, true);


--
-- Name: course_version_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.course_version_id_seq', 2, true);


--
-- Name: edition_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.edition_id_seq', 34, true);


--
-- Name: employment_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.employment_id_seq', 7, true);


--
-- Name: event_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.event_id_seq', 113, true);


--
-- Name: extra_attempt_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.extra_attempt_id_seq', 2, true);


--
-- Name: fact_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.fact_id_seq', 4, true);


--
-- Name: fact_version_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.fact_version_id_seq', 4, true);


--
-- Name: former_identity_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.former_identity_id_seq', 1, true);


--
-- Name: half_way_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.half_way_id_seq', 1, false);


--
-- Name: job_role_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.job_role_id_seq', 1, false);


--
-- Name: late_answer_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.late_answer_id_seq', 2, true);


--
-- Name: library_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.library_id_seq', 2, true);


--
-- Name: module_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.module_id_seq', 2, true);


--
-- Name: module_version_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.module_version_id_seq', 2, true);


--
-- Name: one_time_link_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.one_time_link_id_seq', 1, true);


--
-- Name: outgoing_mail_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.outgoing_mail_id_seq', 1, false);


--
-- Name: passkey_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.passkey_id_seq', 1, false);


--
-- Name: people_import_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.people_import_id_seq', 1, false);


--
-- Name: people_upload_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.people_upload_id_seq', 1, false);


--
-- Name: placement_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.placement_id_seq', 7, true);


--
-- Name: pool_snapshot_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.pool_snapshot_id_seq', 3, true);


--
-- Name: proposal_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.proposal_id_seq', 3, true);


--
-- Name: question_batch_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.question_batch_id_seq', 1, false);


--
-- Name: question_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.question_id_seq', 32, true);


--
-- Name: question_version_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.question_version_id_seq', 33, true);


--
-- Name: quiz_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.quiz_id_seq', 4, true);


--
-- Name: quiz_version_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.quiz_version_id_seq', 6, true);


--
-- Name: recovery_code_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.recovery_code_id_seq', 1, false);


--
-- Name: requirement_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.requirement_id_seq', 2, true);


--
-- Name: setting_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.setting_id_seq', 1, true);


--
-- Name: site_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.site_id_seq', 1, false);


--
-- Name: standard_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.standard_id_seq', 23, true);


--
-- Name: term_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.term_id_seq', 2, true);


--
-- Name: term_version_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.term_version_id_seq', 2, true);


--
-- Name: unit_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.unit_id_seq', 1, false);


--
-- Name: user_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.user_id_seq', 12, true);


--
-- Name: user_session_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.user_session_id_seq', 2, true);


--
-- Name: work_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.work_id_seq', 1, false);


--
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);


--
-- Name: account_notice pk_account_notice; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account_notice
    ADD CONSTRAINT pk_account_notice PRIMARY KEY (id);


--
-- Name: answer pk_answer; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.answer
    ADD CONSTRAINT pk_answer PRIMARY KEY (attempt_id, "position");


--
-- Name: approval pk_approval; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.approval
    ADD CONSTRAINT pk_approval PRIMARY KEY (version_id);


--
-- Name: assignment pk_assignment; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assignment
    ADD CONSTRAINT pk_assignment PRIMARY KEY (id);


--
-- Name: attempt pk_attempt; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT pk_attempt PRIMARY KEY (id);


--
-- Name: attempt_item pk_attempt_item; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attempt_item
    ADD CONSTRAINT pk_attempt_item PRIMARY KEY (attempt_id, "position");


--
-- Name: attempt_mark pk_attempt_mark; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attempt_mark
    ADD CONSTRAINT pk_attempt_mark PRIMARY KEY (attempt_id, "position");


--
-- Name: authenticator_app pk_authenticator_app; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.authenticator_app
    ADD CONSTRAINT pk_authenticator_app PRIMARY KEY (id);


--
-- Name: bank pk_bank; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bank
    ADD CONSTRAINT pk_bank PRIMARY KEY (id);


--
-- Name: bank_member pk_bank_member; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bank_member
    ADD CONSTRAINT pk_bank_member PRIMARY KEY (bank_id, user_id);


--
-- Name: bank_reading pk_bank_reading; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bank_reading
    ADD CONSTRAINT pk_bank_reading PRIMARY KEY (bank_id, asks);


--
-- Name: bank_upload pk_bank_upload; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bank_upload
    ADD CONSTRAINT pk_bank_upload PRIMARY KEY (id);


--
-- Name: certificate pk_certificate; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT pk_certificate PRIMARY KEY (id);


--
-- Name: certificate_file pk_certificate_file; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate_file
    ADD CONSTRAINT pk_certificate_file PRIMARY KEY (certificate_id);


--
-- Name: certificate_holder pk_certificate_holder; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate_holder
    ADD CONSTRAINT pk_certificate_holder PRIMARY KEY (certificate_id);


--
-- Name: certificate_revocation pk_certificate_revocation; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate_revocation
    ADD CONSTRAINT pk_certificate_revocation PRIMARY KEY (certificate_id);


--
-- Name: certificate_standing pk_certificate_standing; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate_standing
    ADD CONSTRAINT pk_certificate_standing PRIMARY KEY (certificate_id);


--
-- Name: certificate_supersession pk_certificate_supersession; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate_supersession
    ADD CONSTRAINT pk_certificate_supersession PRIMARY KEY (certificate_id);


--
-- Name: completion_record pk_completion_record; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.completion_record
    ADD CONSTRAINT pk_completion_record PRIMARY KEY (id);


--
-- Name: course pk_course; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course
    ADD CONSTRAINT pk_course PRIMARY KEY (id);


--
-- Name: course_fact pk_course_fact; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course_fact
    ADD CONSTRAINT pk_course_fact PRIMARY KEY (course_version_id, fact_version_id);


--
-- Name: course_member pk_course_member; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course_member
    ADD CONSTRAINT pk_course_member PRIMARY KEY (course_id, user_id);


--
-- Name: course_module pk_course_module; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course_module
    ADD CONSTRAINT pk_course_module PRIMARY KEY (course_version_id, module_version_id);


--
-- Name: course_term pk_course_term; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course_term
    ADD CONSTRAINT pk_course_term PRIMARY KEY (course_version_id, term_version_id);


--
-- Name: course_version pk_course_version; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course_version
    ADD CONSTRAINT pk_course_version PRIMARY KEY (id);


--
-- Name: edition pk_edition; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.edition
    ADD CONSTRAINT pk_edition PRIMARY KEY (id);


--
-- Name: edition_alias pk_edition_alias; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.edition_alias
    ADD CONSTRAINT pk_edition_alias PRIMARY KEY (code);


--
-- Name: employment pk_employment; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.employment
    ADD CONSTRAINT pk_employment PRIMARY KEY (id);


--
-- Name: event pk_event; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.event
    ADD CONSTRAINT pk_event PRIMARY KEY (id);


--
-- Name: extra_attempt pk_extra_attempt; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.extra_attempt
    ADD CONSTRAINT pk_extra_attempt PRIMARY KEY (id);


--
-- Name: fact pk_fact; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.fact
    ADD CONSTRAINT pk_fact PRIMARY KEY (id);


--
-- Name: fact_version pk_fact_version; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.fact_version
    ADD CONSTRAINT pk_fact_version PRIMARY KEY (id);


--
-- Name: failed_tries pk_failed_tries; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.failed_tries
    ADD CONSTRAINT pk_failed_tries PRIMARY KEY (user_id);


--
-- Name: form pk_form; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.form
    ADD CONSTRAINT pk_form PRIMARY KEY (attempt_id);


--
-- Name: former_identity pk_former_identity; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.former_identity
    ADD CONSTRAINT pk_former_identity PRIMARY KEY (id);


--
-- Name: half_way pk_half_way; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.half_way
    ADD CONSTRAINT pk_half_way PRIMARY KEY (id);


--
-- Name: headcount pk_headcount; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.headcount
    ADD CONSTRAINT pk_headcount PRIMARY KEY (kind, place_id, day);


--
-- Name: identity pk_identity; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.identity
    ADD CONSTRAINT pk_identity PRIMARY KEY (user_id);


--
-- Name: job pk_job; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.job
    ADD CONSTRAINT pk_job PRIMARY KEY (name);


--
-- Name: job_role pk_job_role; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.job_role
    ADD CONSTRAINT pk_job_role PRIMARY KEY (id);


--
-- Name: key_seen pk_key_seen; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.key_seen
    ADD CONSTRAINT pk_key_seen PRIMARY KEY (bank_id, user_id);


--
-- Name: late_answer pk_late_answer; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.late_answer
    ADD CONSTRAINT pk_late_answer PRIMARY KEY (id);


--
-- Name: library pk_library; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.library
    ADD CONSTRAINT pk_library PRIMARY KEY (id);


--
-- Name: library_member pk_library_member; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.library_member
    ADD CONSTRAINT pk_library_member PRIMARY KEY (library_id, user_id);


--
-- Name: module pk_module; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.module
    ADD CONSTRAINT pk_module PRIMARY KEY (id);


--
-- Name: module_picture pk_module_picture; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.module_picture
    ADD CONSTRAINT pk_module_picture PRIMARY KEY (version_id, sha256);


--
-- Name: module_version pk_module_version; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.module_version
    ADD CONSTRAINT pk_module_version PRIMARY KEY (id);


--
-- Name: one_time_link pk_one_time_link; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.one_time_link
    ADD CONSTRAINT pk_one_time_link PRIMARY KEY (id);


--
-- Name: outgoing_mail pk_outgoing_mail; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outgoing_mail
    ADD CONSTRAINT pk_outgoing_mail PRIMARY KEY (id);


--
-- Name: passkey pk_passkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT pk_passkey PRIMARY KEY (id);


--
-- Name: passkey_challenge pk_passkey_challenge; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.passkey_challenge
    ADD CONSTRAINT pk_passkey_challenge PRIMARY KEY (place);


--
-- Name: password pk_password; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.password
    ADD CONSTRAINT pk_password PRIMARY KEY (user_id);


--
-- Name: people_import pk_people_import; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.people_import
    ADD CONSTRAINT pk_people_import PRIMARY KEY (id);


--
-- Name: people_upload pk_people_upload; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.people_upload
    ADD CONSTRAINT pk_people_upload PRIMARY KEY (id);


--
-- Name: picture pk_picture; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.picture
    ADD CONSTRAINT pk_picture PRIMARY KEY (sha256);


--
-- Name: placement pk_placement; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.placement
    ADD CONSTRAINT pk_placement PRIMARY KEY (id);


--
-- Name: pool_snapshot pk_pool_snapshot; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pool_snapshot
    ADD CONSTRAINT pk_pool_snapshot PRIMARY KEY (id);


--
-- Name: proposal pk_proposal; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.proposal
    ADD CONSTRAINT pk_proposal PRIMARY KEY (id);


--
-- Name: question pk_question; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question
    ADD CONSTRAINT pk_question PRIMARY KEY (id);


--
-- Name: question_batch pk_question_batch; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question_batch
    ADD CONSTRAINT pk_question_batch PRIMARY KEY (id);


--
-- Name: question_key pk_question_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question_key
    ADD CONSTRAINT pk_question_key PRIMARY KEY (version_id);


--
-- Name: question_picture pk_question_picture; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question_picture
    ADD CONSTRAINT pk_question_picture PRIMARY KEY (version_id, sha256);


--
-- Name: question_version pk_question_version; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question_version
    ADD CONSTRAINT pk_question_version PRIMARY KEY (id);


--
-- Name: quiz pk_quiz; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quiz
    ADD CONSTRAINT pk_quiz PRIMARY KEY (id);


--
-- Name: quiz_version pk_quiz_version; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quiz_version
    ADD CONSTRAINT pk_quiz_version PRIMARY KEY (id);


--
-- Name: reading pk_reading; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reading
    ADD CONSTRAINT pk_reading PRIMARY KEY (user_id, module_id);


--
-- Name: record_person pk_record_person; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.record_person
    ADD CONSTRAINT pk_record_person PRIMARY KEY (record_id);


--
-- Name: recovery_code pk_recovery_code; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT pk_recovery_code PRIMARY KEY (id);


--
-- Name: requirement pk_requirement; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.requirement
    ADD CONSTRAINT pk_requirement PRIMARY KEY (id);


--
-- Name: result pk_result; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.result
    ADD CONSTRAINT pk_result PRIMARY KEY (attempt_id);


--
-- Name: result_seen pk_result_seen; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.result_seen
    ADD CONSTRAINT pk_result_seen PRIMARY KEY (attempt_id);


--
-- Name: roster_line pk_roster_line; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.roster_line
    ADD CONSTRAINT pk_roster_line PRIMARY KEY (user_id, from_on);


--
-- Name: search_word pk_search_word; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.search_word
    ADD CONSTRAINT pk_search_word PRIMARY KEY (user_id, word);


--
-- Name: self_rating pk_self_rating; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.self_rating
    ADD CONSTRAINT pk_self_rating PRIMARY KEY (user_id, module_id, question);


--
-- Name: setting pk_setting; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.setting
    ADD CONSTRAINT pk_setting PRIMARY KEY (id);


--
-- Name: sign_in_name pk_sign_in_name; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sign_in_name
    ADD CONSTRAINT pk_sign_in_name PRIMARY KEY (folded);


--
-- Name: signing_key pk_signing_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.signing_key
    ADD CONSTRAINT pk_signing_key PRIMARY KEY (key_id);


--
-- Name: site pk_site; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.site
    ADD CONSTRAINT pk_site PRIMARY KEY (id);


--
-- Name: standard pk_standard; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.standard
    ADD CONSTRAINT pk_standard PRIMARY KEY (id);


--
-- Name: term pk_term; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.term
    ADD CONSTRAINT pk_term PRIMARY KEY (id);


--
-- Name: term_version pk_term_version; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.term_version
    ADD CONSTRAINT pk_term_version PRIMARY KEY (id);


--
-- Name: throttle pk_throttle; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.throttle
    ADD CONSTRAINT pk_throttle PRIMARY KEY (key);


--
-- Name: unit pk_unit; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unit
    ADD CONSTRAINT pk_unit PRIMARY KEY (id);


--
-- Name: user pk_user; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public."user"
    ADD CONSTRAINT pk_user PRIMARY KEY (id);


--
-- Name: user_role pk_user_role; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_role
    ADD CONSTRAINT pk_user_role PRIMARY KEY (user_id, role);


--
-- Name: user_session pk_user_session; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_session
    ADD CONSTRAINT pk_user_session PRIMARY KEY (id);


--
-- Name: work pk_work; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.work
    ADD CONSTRAINT pk_work PRIMARY KEY (id);


--
-- Name: assignment uq_assignment_requirement_id_user_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assignment
    ADD CONSTRAINT uq_assignment_requirement_id_user_id UNIQUE (requirement_id, user_id);


--
-- Name: attempt uq_attempt_user_id_quiz_id_number; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT uq_attempt_user_id_quiz_id_number UNIQUE (user_id, quiz_id, number);


--
-- Name: bank uq_bank_slug; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bank
    ADD CONSTRAINT uq_bank_slug UNIQUE (slug);


--
-- Name: bank_upload uq_bank_upload_token; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bank_upload
    ADD CONSTRAINT uq_bank_upload_token UNIQUE (token);


--
-- Name: certificate uq_certificate_attempt_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT uq_certificate_attempt_id UNIQUE (attempt_id);


--
-- Name: certificate uq_certificate_code; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT uq_certificate_code UNIQUE (code);


--
-- Name: certificate uq_certificate_number; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT uq_certificate_number UNIQUE (number);


--
-- Name: course_module uq_course_module_course_version_id_position; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course_module
    ADD CONSTRAINT uq_course_module_course_version_id_position UNIQUE (course_version_id, "position");


--
-- Name: course uq_course_slug; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course
    ADD CONSTRAINT uq_course_slug UNIQUE (slug);


--
-- Name: course_version uq_course_version_course_id_content_hash; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course_version
    ADD CONSTRAINT uq_course_version_course_id_content_hash UNIQUE (course_id, content_hash);


--
-- Name: course_version uq_course_version_course_id_number; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course_version
    ADD CONSTRAINT uq_course_version_course_id_number UNIQUE (course_id, number);


--
-- Name: edition uq_edition_code; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.edition
    ADD CONSTRAINT uq_edition_code UNIQUE (code);


--
-- Name: extra_attempt uq_extra_attempt_user_id_quiz_id_after_number; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.extra_attempt
    ADD CONSTRAINT uq_extra_attempt_user_id_quiz_id_after_number UNIQUE (user_id, quiz_id, after_number);


--
-- Name: fact uq_fact_library_id_code; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.fact
    ADD CONSTRAINT uq_fact_library_id_code UNIQUE (library_id, code);


--
-- Name: fact_version uq_fact_version_fact_id_content_hash; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.fact_version
    ADD CONSTRAINT uq_fact_version_fact_id_content_hash UNIQUE (fact_id, content_hash);


--
-- Name: half_way uq_half_way_token_hash; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.half_way
    ADD CONSTRAINT uq_half_way_token_hash UNIQUE (token_hash);


--
-- Name: job_role uq_job_role_code; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.job_role
    ADD CONSTRAINT uq_job_role_code UNIQUE (code);


--
-- Name: late_answer uq_late_answer_attempt_id_position; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.late_answer
    ADD CONSTRAINT uq_late_answer_attempt_id_position UNIQUE (attempt_id, "position");


--
-- Name: library uq_library_slug; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.library
    ADD CONSTRAINT uq_library_slug UNIQUE (slug);


--
-- Name: module uq_module_library_id_code; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.module
    ADD CONSTRAINT uq_module_library_id_code UNIQUE (library_id, code);


--
-- Name: module uq_module_library_id_slug; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.module
    ADD CONSTRAINT uq_module_library_id_slug UNIQUE (library_id, slug);


--
-- Name: module_version uq_module_version_module_id_content_hash; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.module_version
    ADD CONSTRAINT uq_module_version_module_id_content_hash UNIQUE (module_id, content_hash);


--
-- Name: one_time_link uq_one_time_link_token_hash; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.one_time_link
    ADD CONSTRAINT uq_one_time_link_token_hash UNIQUE (token_hash);


--
-- Name: outgoing_mail uq_outgoing_mail_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outgoing_mail
    ADD CONSTRAINT uq_outgoing_mail_key UNIQUE (key);


--
-- Name: passkey uq_passkey_credential_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT uq_passkey_credential_id UNIQUE (credential_id);


--
-- Name: people_upload uq_people_upload_token; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.people_upload
    ADD CONSTRAINT uq_people_upload_token UNIQUE (token);


--
-- Name: pool_snapshot uq_pool_snapshot_hash; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pool_snapshot
    ADD CONSTRAINT uq_pool_snapshot_hash UNIQUE (hash);


--
-- Name: question uq_question_bank_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question
    ADD CONSTRAINT uq_question_bank_id_key UNIQUE (bank_id, key);


--
-- Name: question_version uq_question_version_question_id_number_language_revision; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question_version
    ADD CONSTRAINT uq_question_version_question_id_number_language_revision UNIQUE (question_id, number, language, revision);


--
-- Name: quiz uq_quiz_slug; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quiz
    ADD CONSTRAINT uq_quiz_slug UNIQUE (slug);


--
-- Name: quiz_version uq_quiz_version_quiz_id_number; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quiz_version
    ADD CONSTRAINT uq_quiz_version_quiz_id_number UNIQUE (quiz_id, number);


--
-- Name: recovery_code uq_recovery_code_user_id_hash; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT uq_recovery_code_user_id_hash UNIQUE (user_id, hash);


--
-- Name: result uq_result_attempt_id_passed; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.result
    ADD CONSTRAINT uq_result_attempt_id_passed UNIQUE (attempt_id, passed);


--
-- Name: setting uq_setting_name_number; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.setting
    ADD CONSTRAINT uq_setting_name_number UNIQUE (name, number);


--
-- Name: sign_in_name uq_sign_in_name_user_id_kind; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sign_in_name
    ADD CONSTRAINT uq_sign_in_name_user_id_kind UNIQUE (user_id, kind);


--
-- Name: site uq_site_code; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.site
    ADD CONSTRAINT uq_site_code UNIQUE (code);


--
-- Name: standard uq_standard_code; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.standard
    ADD CONSTRAINT uq_standard_code UNIQUE (code);


--
-- Name: term uq_term_library_id_code; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.term
    ADD CONSTRAINT uq_term_library_id_code UNIQUE (library_id, code);


--
-- Name: term_version uq_term_version_term_id_content_hash; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.term_version
    ADD CONSTRAINT uq_term_version_term_id_content_hash UNIQUE (term_id, content_hash);


--
-- Name: unit uq_unit_code; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unit
    ADD CONSTRAINT uq_unit_code UNIQUE (code);


--
-- Name: user_session uq_user_session_token_hash; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_session
    ADD CONSTRAINT uq_user_session_token_hash UNIQUE (token_hash);


--
-- Name: ix_account_notice_user_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_account_notice_user_id ON public.account_notice USING btree (user_id, at);


--
-- Name: ix_assignment_course_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_assignment_course_user ON public.assignment USING btree (course_id, user_id);


--
-- Name: ix_assignment_user_course; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_assignment_user_course ON public.assignment USING btree (user_id, course_id);


--
-- Name: ix_attempt_item_question_version_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_attempt_item_question_version_id ON public.attempt_item USING btree (question_version_id);


--
-- Name: ix_attempt_open_deadline; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_attempt_open_deadline ON public.attempt USING btree (deadline_at) WHERE (state = 'open'::text);


--
-- Name: ix_bank_library_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_bank_library_id ON public.bank USING btree (library_id);


--
-- Name: ix_certificate_standing_ending_issued; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_certificate_standing_ending_issued ON public.certificate_standing USING btree (ending, issued_at, certificate_id);


--
-- Name: ix_certificate_standing_ending_name; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_certificate_standing_ending_name ON public.certificate_standing USING btree (ending, name_folded, certificate_id);


--
-- Name: ix_certificate_standing_ending_until; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_certificate_standing_ending_until ON public.certificate_standing USING btree (ending, valid_until, certificate_id);


--
-- Name: ix_certificate_standing_held_days; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_certificate_standing_held_days ON public.certificate_standing USING btree (held_days);


--
-- Name: ix_certificate_standing_issued; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_certificate_standing_issued ON public.certificate_standing USING btree (issued_at, certificate_id);


--
-- Name: ix_certificate_standing_name; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_certificate_standing_name ON public.certificate_standing USING btree (name_folded, certificate_id);


--
-- Name: ix_certificate_standing_until; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_certificate_standing_until ON public.certificate_standing USING btree (valid_until, certificate_id);


--
-- Name: ix_certificate_standing_user_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_certificate_standing_user_id ON public.certificate_standing USING btree (user_id);


--
-- Name: ix_certificate_user_course; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_certificate_user_course ON public.certificate USING btree (user_id, course_id);


--
-- Name: ix_completion_record_user_course; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_completion_record_user_course ON public.completion_record USING btree (user_id, course_id, completed_at);


--
-- Name: ix_course_library_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_course_library_id ON public.course USING btree (library_id);


--
-- Name: ix_edition_alias_edition_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_edition_alias_edition_id ON public.edition_alias USING btree (edition_id);


--
-- Name: ix_edition_standard_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_edition_standard_id ON public.edition USING btree (standard_id);


--
-- Name: ix_employment_user_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_employment_user_id ON public.employment USING btree (user_id);


--
-- Name: ix_event_action; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_event_action ON public.event USING btree (action, occurred_at, id);


--
-- Name: ix_event_actor; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_event_actor ON public.event USING btree (actor_id, occurred_at, id);


--
-- Name: ix_event_object; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_event_object ON public.event USING btree (object_type, object_id, occurred_at, id);


--
-- Name: ix_event_occurred; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_event_occurred ON public.event USING btree (occurred_at, id);


--
-- Name: ix_event_request_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_event_request_id ON public.event USING btree (request_id);


--
-- Name: ix_event_scope_action; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_event_scope_action ON public.event USING btree (scope, action);


--
-- Name: ix_extra_attempt_quiz_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_extra_attempt_quiz_id ON public.extra_attempt USING btree (quiz_id, given_at, id);


--
-- Name: ix_former_identity_user_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_former_identity_user_id ON public.former_identity USING btree (user_id);


--
-- Name: ix_half_way_user_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_half_way_user_id ON public.half_way USING btree (user_id);


--
-- Name: ix_identity_name_folded; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_identity_name_folded ON public.identity USING btree (name_folded);


--
-- Name: ix_module_picture_sha256; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_module_picture_sha256 ON public.module_picture USING btree (sha256);


--
-- Name: ix_one_time_link_user_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_one_time_link_user_id ON public.one_time_link USING btree (user_id);


--
-- Name: ix_outgoing_mail_kept; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_outgoing_mail_kept ON public.outgoing_mail USING btree (created_at) WHERE (erased_at IS NULL);


--
-- Name: ix_outgoing_mail_waiting; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_outgoing_mail_waiting ON public.outgoing_mail USING btree (state, id);


--
-- Name: ix_passkey_user_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_passkey_user_id ON public.passkey USING btree (user_id);


--
-- Name: ix_people_import_sha256; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_people_import_sha256 ON public.people_import USING btree (sha256);


--
-- Name: ix_picture_kept_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_picture_kept_at ON public.picture USING btree (kept_at);


--
-- Name: ix_placement_manager_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_placement_manager_id ON public.placement USING btree (manager_id);


--
-- Name: ix_placement_unit_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_placement_unit_id ON public.placement USING btree (unit_id);


--
-- Name: ix_placement_user_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_placement_user_id ON public.placement USING btree (user_id);


--
-- Name: ix_pool_snapshot_bank_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_pool_snapshot_bank_id ON public.pool_snapshot USING btree (bank_id);


--
-- Name: ix_proposal_asked_by; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_proposal_asked_by ON public.proposal USING btree (asked_by, id);


--
-- Name: ix_question_bank_retired; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_question_bank_retired ON public.question USING btree (bank_id, retired_at);


--
-- Name: ix_question_batch_upload_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_question_batch_upload_id ON public.question_batch USING btree (upload_id);


--
-- Name: ix_question_picture_sha256; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_question_picture_sha256 ON public.question_picture USING btree (sha256);


--
-- Name: ix_question_version_batch_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_question_version_batch_id ON public.question_version USING btree (batch_id);


--
-- Name: ix_question_version_content_hash; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_question_version_content_hash ON public.question_version USING btree (content_hash);


--
-- Name: ix_question_version_question_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_question_version_question_id ON public.question_version USING btree (question_id);


--
-- Name: ix_quiz_course_kind; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_quiz_course_kind ON public.quiz USING btree (course_id, kind);


--
-- Name: ix_requirement_course_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_requirement_course_id ON public.requirement USING btree (course_id);


--
-- Name: ix_requirement_staged; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_requirement_staged ON public.requirement USING btree (id) WHERE (staged_at IS NOT NULL);


--
-- Name: ix_roster_line_job_role; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_roster_line_job_role ON public.roster_line USING btree (job_role, name_folded, user_id);


--
-- Name: ix_roster_line_job_role_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_roster_line_job_role_id ON public.roster_line USING btree (job_role_id);


--
-- Name: ix_roster_line_manager; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_roster_line_manager ON public.roster_line USING btree (manager, name_folded, user_id);


--
-- Name: ix_roster_line_manager_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_roster_line_manager_id ON public.roster_line USING btree (manager_id);


--
-- Name: ix_roster_line_name; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_roster_line_name ON public.roster_line USING btree (name_folded, user_id);


--
-- Name: ix_roster_line_number; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_roster_line_number ON public.roster_line USING btree (personnel_no, user_id);


--
-- Name: ix_roster_line_site; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_roster_line_site ON public.roster_line USING btree (site, name_folded, user_id);


--
-- Name: ix_roster_line_site_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_roster_line_site_id ON public.roster_line USING btree (site_id);


--
-- Name: ix_roster_line_state; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_roster_line_state ON public.roster_line USING btree (active, has_password, user_id);


--
-- Name: ix_roster_line_unit; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_roster_line_unit ON public.roster_line USING btree (unit, name_folded, user_id);


--
-- Name: ix_roster_line_unit_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_roster_line_unit_id ON public.roster_line USING btree (unit_id);


--
-- Name: ix_search_word_word; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_search_word_word ON public.search_word USING btree (word, user_id);


--
-- Name: ix_unit_parent_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_unit_parent_id ON public.unit USING btree (parent_id);


--
-- Name: ix_user_session_user_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_user_session_user_id ON public.user_session USING btree (user_id);


--
-- Name: ix_work_asked_by; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_work_asked_by ON public.work USING btree (asked_by, id);


--
-- Name: ix_work_unended; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_work_unended ON public.work USING btree (id) WHERE (ended_at IS NULL);


--
-- Name: ix_work_unpurged; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_work_unpurged ON public.work USING btree (ended_at) WHERE (purged_at IS NULL);


--
-- Name: uq_attempt_open; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_attempt_open ON public.attempt USING btree (user_id, quiz_id) WHERE (state = 'open'::text);


--
-- Name: uq_authenticator_app_begun; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_authenticator_app_begun ON public.authenticator_app USING btree (user_id) WHERE (confirmed_at IS NULL);


--
-- Name: uq_authenticator_app_confirmed; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_authenticator_app_confirmed ON public.authenticator_app USING btree (user_id) WHERE (confirmed_at IS NOT NULL);


--
-- Name: uq_bank_member_owner; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_bank_member_owner ON public.bank_member USING btree (bank_id) WHERE (role = 'owner'::text);


--
-- Name: uq_bank_upload_applied; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_bank_upload_applied ON public.bank_upload USING btree (bank_id, sha256, options_hash) WHERE (state = 'applied'::text);


--
-- Name: uq_completion_record_attempt; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_completion_record_attempt ON public.completion_record USING btree (attempt_id) WHERE (corrects_id IS NULL);


--
-- Name: uq_completion_record_corrects; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_completion_record_corrects ON public.completion_record USING btree (corrects_id);


--
-- Name: uq_course_member_owner; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_course_member_owner ON public.course_member USING btree (course_id) WHERE (role = 'owner'::text);


--
-- Name: uq_employment_open; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_employment_open ON public.employment USING btree (user_id) WHERE (left_on IS NULL);


--
-- Name: uq_library_member_owner; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_library_member_owner ON public.library_member USING btree (library_id) WHERE (role = 'owner'::text);


--
-- Name: uq_people_import_running; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_people_import_running ON public.people_import USING btree (state) WHERE (state = 'running'::text);


--
-- Name: uq_placement_open; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_placement_open ON public.placement USING btree (user_id) WHERE (valid_to IS NULL);


--
-- Name: uq_proposal_open; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_proposal_open ON public.proposal USING btree (kind, object_id) WHERE (state = 'asked'::text);


--
-- Name: uq_question_batch_hidden; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_question_batch_hidden ON public.question_batch USING btree (bank_id) WHERE (state <> 'shown'::text);


--
-- Name: uq_quiz_exam; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_quiz_exam ON public.quiz USING btree (course_id) WHERE ((kind = 'exam'::text) AND (retired_at IS NULL));


--
-- Name: uq_quiz_version_draft; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX uq_quiz_version_draft ON public.quiz_version USING btree (quiz_id) WHERE (state = 'draft'::text);


--
-- Name: answer freeze_answer; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_answer BEFORE INSERT OR UPDATE ON public.answer FOR EACH ROW EXECUTE FUNCTION public.refuse_late_answer();


--
-- Name: attempt freeze_attempt; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_attempt BEFORE UPDATE ON public.attempt FOR EACH ROW WHEN ((old.state <> 'open'::text)) EXECUTE FUNCTION public.refuse_change();


--
-- Name: attempt_item freeze_attempt_item; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_attempt_item BEFORE UPDATE ON public.attempt_item FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: attempt_mark freeze_attempt_mark; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_attempt_mark BEFORE UPDATE ON public.attempt_mark FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: certificate freeze_certificate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_certificate BEFORE UPDATE ON public.certificate FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: completion_record freeze_completion_record; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_completion_record BEFORE UPDATE ON public.completion_record FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: course_fact freeze_course_fact; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_course_fact BEFORE UPDATE ON public.course_fact FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: course_module freeze_course_module; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_course_module BEFORE UPDATE ON public.course_module FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: course_term freeze_course_term; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_course_term BEFORE UPDATE ON public.course_term FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: course_version freeze_course_version; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_course_version BEFORE UPDATE ON public.course_version FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: event freeze_event; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_event BEFORE UPDATE ON public.event FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: extra_attempt freeze_extra_attempt; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_extra_attempt BEFORE UPDATE ON public.extra_attempt FOR EACH ROW WHEN (((new.reason <> ''::text) OR (new.id <> old.id) OR (new.user_id <> old.user_id) OR (new.quiz_id <> old.quiz_id) OR (new.after_number <> old.after_number) OR (new.given_at <> old.given_at) OR (new.giver_kind <> old.giver_kind) OR (COALESCE(new.given_by, (0)::bigint) <> COALESCE(old.given_by, (0)::bigint)))) EXECUTE FUNCTION public.refuse_change();


--
-- Name: fact_version freeze_fact_version; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_fact_version BEFORE UPDATE ON public.fact_version FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: form freeze_form; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_form BEFORE UPDATE ON public.form FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: module_version freeze_module_version; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_module_version BEFORE UPDATE ON public.module_version FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: pool_snapshot freeze_pool_snapshot; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_pool_snapshot BEFORE UPDATE ON public.pool_snapshot FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: proposal freeze_proposal; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_proposal BEFORE UPDATE ON public.proposal FOR EACH ROW WHEN (((old.state <> 'asked'::text) AND (NOT (((new.asked)::text = '{}'::text) AND (new.reason = ''::text) AND (new.settled_reason IS NULL) AND (NOT (new.id IS DISTINCT FROM old.id)) AND (NOT (new.kind IS DISTINCT FROM old.kind)) AND (NOT (new.object_id IS DISTINCT FROM old.object_id)) AND (NOT (new.digest IS DISTINCT FROM old.digest)) AND (NOT (new.asked_at IS DISTINCT FROM old.asked_at)) AND (NOT (new.asker_kind IS DISTINCT FROM old.asker_kind)) AND (NOT (new.asked_by IS DISTINCT FROM old.asked_by)) AND (NOT (new.state IS DISTINCT FROM old.state)) AND (NOT (new.settled_at IS DISTINCT FROM old.settled_at)) AND (NOT (new.settler_kind IS DISTINCT FROM old.settler_kind)) AND (NOT (new.settled_by IS DISTINCT FROM old.settled_by)))))) EXECUTE FUNCTION public.refuse_change();


--
-- Name: question_key freeze_question_key; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_question_key BEFORE UPDATE ON public.question_key FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: question_version freeze_question_version; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_question_version BEFORE UPDATE ON public.question_version FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: quiz_version freeze_quiz_version; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_quiz_version BEFORE UPDATE ON public.quiz_version FOR EACH ROW WHEN ((old.state = 'published'::text)) EXECUTE FUNCTION public.refuse_change();


--
-- Name: result freeze_result; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_result BEFORE UPDATE ON public.result FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: setting freeze_setting; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_setting BEFORE UPDATE ON public.setting FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: signing_key freeze_signing_key; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_signing_key BEFORE UPDATE ON public.signing_key FOR EACH ROW WHEN (((new.key_id <> old.key_id) OR (new.public_pem <> old.public_pem) OR (new.created_at <> old.created_at) OR (new.retired_at <> old.retired_at) OR ((old.retired_at IS NOT NULL) AND (new.retired_at IS NULL)) OR (new.stolen_at > old.stolen_at) OR ((old.stolen_at IS NOT NULL) AND (new.stolen_at IS NULL)))) EXECUTE FUNCTION public.refuse_change();


--
-- Name: term_version freeze_term_version; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER freeze_term_version BEFORE UPDATE ON public.term_version FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: attempt keep_attempt; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER keep_attempt BEFORE DELETE ON public.attempt FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: attempt_item keep_attempt_item; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER keep_attempt_item BEFORE DELETE ON public.attempt_item FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: attempt_mark keep_attempt_mark; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER keep_attempt_mark BEFORE DELETE ON public.attempt_mark FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: certificate keep_certificate; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER keep_certificate BEFORE DELETE ON public.certificate FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: completion_record keep_completion_record; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER keep_completion_record BEFORE DELETE ON public.completion_record FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: event keep_event; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER keep_event BEFORE DELETE ON public.event FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: extra_attempt keep_extra_attempt; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER keep_extra_attempt BEFORE DELETE ON public.extra_attempt FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: proposal keep_proposal; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER keep_proposal BEFORE DELETE ON public.proposal FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: result keep_result; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER keep_result BEFORE DELETE ON public.result FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: setting keep_setting; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER keep_setting BEFORE DELETE ON public.setting FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: signing_key keep_signing_key; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER keep_signing_key BEFORE DELETE ON public.signing_key FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: bank_member remember_key_seen; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER remember_key_seen BEFORE DELETE ON public.bank_member FOR EACH ROW EXECUTE FUNCTION public.remember_key_seen();


--
-- Name: account_notice fk_account_notice_actor_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account_notice
    ADD CONSTRAINT fk_account_notice_actor_id FOREIGN KEY (actor_id) REFERENCES public."user"(id);


--
-- Name: account_notice fk_account_notice_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account_notice
    ADD CONSTRAINT fk_account_notice_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: answer fk_answer_attempt_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.answer
    ADD CONSTRAINT fk_answer_attempt_id FOREIGN KEY (attempt_id) REFERENCES public.attempt(id);


--
-- Name: approval fk_approval_approved_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.approval
    ADD CONSTRAINT fk_approval_approved_by FOREIGN KEY (approved_by) REFERENCES public."user"(id);


--
-- Name: approval fk_approval_second_approved_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.approval
    ADD CONSTRAINT fk_approval_second_approved_by FOREIGN KEY (second_approved_by) REFERENCES public."user"(id);


--
-- Name: approval fk_approval_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.approval
    ADD CONSTRAINT fk_approval_version_id FOREIGN KEY (version_id) REFERENCES public.question_version(id);


--
-- Name: assignment fk_assignment_course_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assignment
    ADD CONSTRAINT fk_assignment_course_id FOREIGN KEY (course_id) REFERENCES public.course(id);


--
-- Name: assignment fk_assignment_requirement_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assignment
    ADD CONSTRAINT fk_assignment_requirement_id FOREIGN KEY (requirement_id) REFERENCES public.requirement(id);


--
-- Name: assignment fk_assignment_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.assignment
    ADD CONSTRAINT fk_assignment_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: attempt fk_attempt_course_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT fk_attempt_course_version_id FOREIGN KEY (course_version_id) REFERENCES public.course_version(id);


--
-- Name: attempt_item fk_attempt_item_attempt_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attempt_item
    ADD CONSTRAINT fk_attempt_item_attempt_id FOREIGN KEY (attempt_id) REFERENCES public.attempt(id);


--
-- Name: attempt_item fk_attempt_item_question_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attempt_item
    ADD CONSTRAINT fk_attempt_item_question_version_id FOREIGN KEY (question_version_id) REFERENCES public.question_version(id);


--
-- Name: attempt_mark fk_attempt_mark_attempt_id_position; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attempt_mark
    ADD CONSTRAINT fk_attempt_mark_attempt_id_position FOREIGN KEY (attempt_id, "position") REFERENCES public.attempt_item(attempt_id, "position");


--
-- Name: attempt fk_attempt_quiz_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT fk_attempt_quiz_id FOREIGN KEY (quiz_id) REFERENCES public.quiz(id);


--
-- Name: attempt fk_attempt_quiz_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT fk_attempt_quiz_version_id FOREIGN KEY (quiz_version_id) REFERENCES public.quiz_version(id);


--
-- Name: attempt fk_attempt_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.attempt
    ADD CONSTRAINT fk_attempt_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: authenticator_app fk_authenticator_app_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.authenticator_app
    ADD CONSTRAINT fk_authenticator_app_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: bank fk_bank_current_pool_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bank
    ADD CONSTRAINT fk_bank_current_pool_id FOREIGN KEY (current_pool_id) REFERENCES public.pool_snapshot(id);


--
-- Name: bank fk_bank_library_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bank
    ADD CONSTRAINT fk_bank_library_id FOREIGN KEY (library_id) REFERENCES public.library(id);


--
-- Name: bank_member fk_bank_member_added_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bank_member
    ADD CONSTRAINT fk_bank_member_added_by FOREIGN KEY (added_by) REFERENCES public."user"(id);


--
-- Name: bank_member fk_bank_member_bank_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bank_member
    ADD CONSTRAINT fk_bank_member_bank_id FOREIGN KEY (bank_id) REFERENCES public.bank(id);


--
-- Name: bank_member fk_bank_member_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bank_member
    ADD CONSTRAINT fk_bank_member_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: bank_reading fk_bank_reading_bank_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bank_reading
    ADD CONSTRAINT fk_bank_reading_bank_id FOREIGN KEY (bank_id) REFERENCES public.bank(id);


--
-- Name: bank_reading fk_bank_reading_chosen_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bank_reading
    ADD CONSTRAINT fk_bank_reading_chosen_by FOREIGN KEY (chosen_by) REFERENCES public."user"(id);


--
-- Name: bank_upload fk_bank_upload_applied_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bank_upload
    ADD CONSTRAINT fk_bank_upload_applied_by FOREIGN KEY (applied_by) REFERENCES public."user"(id);


--
-- Name: bank_upload fk_bank_upload_bank_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bank_upload
    ADD CONSTRAINT fk_bank_upload_bank_id FOREIGN KEY (bank_id) REFERENCES public.bank(id);


--
-- Name: bank_upload fk_bank_upload_uploaded_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.bank_upload
    ADD CONSTRAINT fk_bank_upload_uploaded_by FOREIGN KEY (uploaded_by) REFERENCES public."user"(id);


--
-- Name: certificate fk_certificate_course_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT fk_certificate_course_id FOREIGN KEY (course_id) REFERENCES public.course(id);


--
-- Name: certificate_file fk_certificate_file_certificate_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate_file
    ADD CONSTRAINT fk_certificate_file_certificate_id FOREIGN KEY (certificate_id) REFERENCES public.certificate(id);


--
-- Name: certificate_holder fk_certificate_holder_certificate_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate_holder
    ADD CONSTRAINT fk_certificate_holder_certificate_id FOREIGN KEY (certificate_id) REFERENCES public.certificate(id);


--
-- Name: certificate fk_certificate_key_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT fk_certificate_key_id FOREIGN KEY (key_id) REFERENCES public.signing_key(key_id);


--
-- Name: certificate fk_certificate_passed_result; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT fk_certificate_passed_result FOREIGN KEY (attempt_id, passed) REFERENCES public.result(attempt_id, passed);


--
-- Name: certificate_revocation fk_certificate_revocation_certificate_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate_revocation
    ADD CONSTRAINT fk_certificate_revocation_certificate_id FOREIGN KEY (certificate_id) REFERENCES public.certificate(id);


--
-- Name: certificate_revocation fk_certificate_revocation_revoked_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate_revocation
    ADD CONSTRAINT fk_certificate_revocation_revoked_by FOREIGN KEY (revoked_by) REFERENCES public."user"(id);


--
-- Name: certificate_revocation fk_certificate_revocation_second_revoked_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate_revocation
    ADD CONSTRAINT fk_certificate_revocation_second_revoked_by FOREIGN KEY (second_revoked_by) REFERENCES public."user"(id);


--
-- Name: certificate_standing fk_certificate_standing_certificate_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate_standing
    ADD CONSTRAINT fk_certificate_standing_certificate_id FOREIGN KEY (certificate_id) REFERENCES public.certificate(id);


--
-- Name: certificate_standing fk_certificate_standing_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate_standing
    ADD CONSTRAINT fk_certificate_standing_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: certificate_supersession fk_certificate_supersession_certificate_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate_supersession
    ADD CONSTRAINT fk_certificate_supersession_certificate_id FOREIGN KEY (certificate_id) REFERENCES public.certificate(id);


--
-- Name: certificate_supersession fk_certificate_supersession_superseded_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate_supersession
    ADD CONSTRAINT fk_certificate_supersession_superseded_by FOREIGN KEY (superseded_by) REFERENCES public.certificate(id);


--
-- Name: certificate fk_certificate_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.certificate
    ADD CONSTRAINT fk_certificate_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: completion_record fk_completion_record_assignment_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.completion_record
    ADD CONSTRAINT fk_completion_record_assignment_id FOREIGN KEY (assignment_id) REFERENCES public.assignment(id);


--
-- Name: completion_record fk_completion_record_attempt_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.completion_record
    ADD CONSTRAINT fk_completion_record_attempt_id FOREIGN KEY (attempt_id) REFERENCES public.attempt(id);


--
-- Name: completion_record fk_completion_record_certificate_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.completion_record
    ADD CONSTRAINT fk_completion_record_certificate_id FOREIGN KEY (certificate_id) REFERENCES public.certificate(id);


--
-- Name: completion_record fk_completion_record_corrects_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.completion_record
    ADD CONSTRAINT fk_completion_record_corrects_id FOREIGN KEY (corrects_id) REFERENCES public.completion_record(id);


--
-- Name: completion_record fk_completion_record_course_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.completion_record
    ADD CONSTRAINT fk_completion_record_course_id FOREIGN KEY (course_id) REFERENCES public.course(id);


--
-- Name: completion_record fk_completion_record_course_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.completion_record
    ADD CONSTRAINT fk_completion_record_course_version_id FOREIGN KEY (course_version_id) REFERENCES public.course_version(id);


--
-- Name: completion_record fk_completion_record_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.completion_record
    ADD CONSTRAINT fk_completion_record_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: course fk_course_current_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course
    ADD CONSTRAINT fk_course_current_version_id FOREIGN KEY (current_version_id) REFERENCES public.course_version(id);


--
-- Name: course_fact fk_course_fact_course_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course_fact
    ADD CONSTRAINT fk_course_fact_course_version_id FOREIGN KEY (course_version_id) REFERENCES public.course_version(id);


--
-- Name: course_fact fk_course_fact_fact_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course_fact
    ADD CONSTRAINT fk_course_fact_fact_version_id FOREIGN KEY (fact_version_id) REFERENCES public.fact_version(id);


--
-- Name: course fk_course_library_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course
    ADD CONSTRAINT fk_course_library_id FOREIGN KEY (library_id) REFERENCES public.library(id);


--
-- Name: course_member fk_course_member_added_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course_member
    ADD CONSTRAINT fk_course_member_added_by FOREIGN KEY (added_by) REFERENCES public."user"(id);


--
-- Name: course_member fk_course_member_course_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course_member
    ADD CONSTRAINT fk_course_member_course_id FOREIGN KEY (course_id) REFERENCES public.course(id);


--
-- Name: course_member fk_course_member_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course_member
    ADD CONSTRAINT fk_course_member_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: course_module fk_course_module_course_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course_module
    ADD CONSTRAINT fk_course_module_course_version_id FOREIGN KEY (course_version_id) REFERENCES public.course_version(id);


--
-- Name: course_module fk_course_module_module_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course_module
    ADD CONSTRAINT fk_course_module_module_version_id FOREIGN KEY (module_version_id) REFERENCES public.module_version(id);


--
-- Name: course_term fk_course_term_course_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course_term
    ADD CONSTRAINT fk_course_term_course_version_id FOREIGN KEY (course_version_id) REFERENCES public.course_version(id);


--
-- Name: course_term fk_course_term_term_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course_term
    ADD CONSTRAINT fk_course_term_term_version_id FOREIGN KEY (term_version_id) REFERENCES public.term_version(id);


--
-- Name: course_version fk_course_version_approved_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course_version
    ADD CONSTRAINT fk_course_version_approved_by FOREIGN KEY (approved_by) REFERENCES public."user"(id);


--
-- Name: course_version fk_course_version_course_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course_version
    ADD CONSTRAINT fk_course_version_course_id FOREIGN KEY (course_id) REFERENCES public.course(id);


--
-- Name: course_version fk_course_version_second_approved_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.course_version
    ADD CONSTRAINT fk_course_version_second_approved_by FOREIGN KEY (second_approved_by) REFERENCES public."user"(id);


--
-- Name: edition_alias fk_edition_alias_edition_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.edition_alias
    ADD CONSTRAINT fk_edition_alias_edition_id FOREIGN KEY (edition_id) REFERENCES public.edition(id);


--
-- Name: edition fk_edition_replaces_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.edition
    ADD CONSTRAINT fk_edition_replaces_id FOREIGN KEY (replaces_id) REFERENCES public.edition(id);


--
-- Name: edition fk_edition_standard_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.edition
    ADD CONSTRAINT fk_edition_standard_id FOREIGN KEY (standard_id) REFERENCES public.standard(id);


--
-- Name: employment fk_employment_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.employment
    ADD CONSTRAINT fk_employment_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: extra_attempt fk_extra_attempt_given_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.extra_attempt
    ADD CONSTRAINT fk_extra_attempt_given_by FOREIGN KEY (given_by) REFERENCES public."user"(id);


--
-- Name: extra_attempt fk_extra_attempt_user_id_quiz_id_after_number; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.extra_attempt
    ADD CONSTRAINT fk_extra_attempt_user_id_quiz_id_after_number FOREIGN KEY (user_id, quiz_id, after_number) REFERENCES public.attempt(user_id, quiz_id, number);


--
-- Name: fact fk_fact_current_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.fact
    ADD CONSTRAINT fk_fact_current_version_id FOREIGN KEY (current_version_id) REFERENCES public.fact_version(id);


--
-- Name: fact fk_fact_library_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.fact
    ADD CONSTRAINT fk_fact_library_id FOREIGN KEY (library_id) REFERENCES public.library(id);


--
-- Name: fact_version fk_fact_version_edition_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.fact_version
    ADD CONSTRAINT fk_fact_version_edition_id FOREIGN KEY (edition_id) REFERENCES public.edition(id);


--
-- Name: fact_version fk_fact_version_fact_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.fact_version
    ADD CONSTRAINT fk_fact_version_fact_id FOREIGN KEY (fact_id) REFERENCES public.fact(id);


--
-- Name: failed_tries fk_failed_tries_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.failed_tries
    ADD CONSTRAINT fk_failed_tries_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: form fk_form_attempt_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.form
    ADD CONSTRAINT fk_form_attempt_id FOREIGN KEY (attempt_id) REFERENCES public.attempt(id);


--
-- Name: former_identity fk_former_identity_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.former_identity
    ADD CONSTRAINT fk_former_identity_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: half_way fk_half_way_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.half_way
    ADD CONSTRAINT fk_half_way_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: identity fk_identity_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.identity
    ADD CONSTRAINT fk_identity_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: key_seen fk_key_seen_bank_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.key_seen
    ADD CONSTRAINT fk_key_seen_bank_id FOREIGN KEY (bank_id) REFERENCES public.bank(id);


--
-- Name: key_seen fk_key_seen_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.key_seen
    ADD CONSTRAINT fk_key_seen_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: late_answer fk_late_answer_attempt_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.late_answer
    ADD CONSTRAINT fk_late_answer_attempt_id FOREIGN KEY (attempt_id) REFERENCES public.attempt(id);


--
-- Name: library_member fk_library_member_added_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.library_member
    ADD CONSTRAINT fk_library_member_added_by FOREIGN KEY (added_by) REFERENCES public."user"(id);


--
-- Name: library_member fk_library_member_library_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.library_member
    ADD CONSTRAINT fk_library_member_library_id FOREIGN KEY (library_id) REFERENCES public.library(id);


--
-- Name: library_member fk_library_member_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.library_member
    ADD CONSTRAINT fk_library_member_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: module fk_module_current_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.module
    ADD CONSTRAINT fk_module_current_version_id FOREIGN KEY (current_version_id) REFERENCES public.module_version(id);


--
-- Name: module fk_module_library_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.module
    ADD CONSTRAINT fk_module_library_id FOREIGN KEY (library_id) REFERENCES public.library(id);


--
-- Name: module_picture fk_module_picture_sha256; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.module_picture
    ADD CONSTRAINT fk_module_picture_sha256 FOREIGN KEY (sha256) REFERENCES public.picture(sha256);


--
-- Name: module_picture fk_module_picture_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.module_picture
    ADD CONSTRAINT fk_module_picture_version_id FOREIGN KEY (version_id) REFERENCES public.module_version(id);


--
-- Name: module_version fk_module_version_module_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.module_version
    ADD CONSTRAINT fk_module_version_module_id FOREIGN KEY (module_id) REFERENCES public.module(id);


--
-- Name: one_time_link fk_one_time_link_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.one_time_link
    ADD CONSTRAINT fk_one_time_link_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: passkey_challenge fk_passkey_challenge_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.passkey_challenge
    ADD CONSTRAINT fk_passkey_challenge_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: passkey fk_passkey_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.passkey
    ADD CONSTRAINT fk_passkey_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: password fk_password_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.password
    ADD CONSTRAINT fk_password_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: people_import fk_people_import_applied_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.people_import
    ADD CONSTRAINT fk_people_import_applied_by FOREIGN KEY (applied_by) REFERENCES public."user"(id);


--
-- Name: people_upload fk_people_upload_uploaded_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.people_upload
    ADD CONSTRAINT fk_people_upload_uploaded_by FOREIGN KEY (uploaded_by) REFERENCES public."user"(id);


--
-- Name: placement fk_placement_job_role_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.placement
    ADD CONSTRAINT fk_placement_job_role_id FOREIGN KEY (job_role_id) REFERENCES public.job_role(id);


--
-- Name: placement fk_placement_manager_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.placement
    ADD CONSTRAINT fk_placement_manager_id FOREIGN KEY (manager_id) REFERENCES public."user"(id);


--
-- Name: placement fk_placement_site_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.placement
    ADD CONSTRAINT fk_placement_site_id FOREIGN KEY (site_id) REFERENCES public.site(id);


--
-- Name: placement fk_placement_unit_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.placement
    ADD CONSTRAINT fk_placement_unit_id FOREIGN KEY (unit_id) REFERENCES public.unit(id);


--
-- Name: placement fk_placement_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.placement
    ADD CONSTRAINT fk_placement_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: pool_snapshot fk_pool_snapshot_bank_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pool_snapshot
    ADD CONSTRAINT fk_pool_snapshot_bank_id FOREIGN KEY (bank_id) REFERENCES public.bank(id);


--
-- Name: proposal fk_proposal_asked_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.proposal
    ADD CONSTRAINT fk_proposal_asked_by FOREIGN KEY (asked_by) REFERENCES public."user"(id);


--
-- Name: proposal fk_proposal_settled_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.proposal
    ADD CONSTRAINT fk_proposal_settled_by FOREIGN KEY (settled_by) REFERENCES public."user"(id);


--
-- Name: question fk_question_approved_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question
    ADD CONSTRAINT fk_question_approved_version_id FOREIGN KEY (approved_version_id) REFERENCES public.question_version(id);


--
-- Name: question fk_question_bank_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question
    ADD CONSTRAINT fk_question_bank_id FOREIGN KEY (bank_id) REFERENCES public.bank(id);


--
-- Name: question_batch fk_question_batch_bank_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question_batch
    ADD CONSTRAINT fk_question_batch_bank_id FOREIGN KEY (bank_id) REFERENCES public.bank(id);


--
-- Name: question_batch fk_question_batch_begun_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question_batch
    ADD CONSTRAINT fk_question_batch_begun_by FOREIGN KEY (begun_by) REFERENCES public."user"(id);


--
-- Name: question_batch fk_question_batch_upload_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question_batch
    ADD CONSTRAINT fk_question_batch_upload_id FOREIGN KEY (upload_id) REFERENCES public.bank_upload(id);


--
-- Name: question_key fk_question_key_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question_key
    ADD CONSTRAINT fk_question_key_version_id FOREIGN KEY (version_id) REFERENCES public.question_version(id);


--
-- Name: question fk_question_latest_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question
    ADD CONSTRAINT fk_question_latest_version_id FOREIGN KEY (latest_version_id) REFERENCES public.question_version(id);


--
-- Name: question_picture fk_question_picture_sha256; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question_picture
    ADD CONSTRAINT fk_question_picture_sha256 FOREIGN KEY (sha256) REFERENCES public.picture(sha256);


--
-- Name: question_picture fk_question_picture_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question_picture
    ADD CONSTRAINT fk_question_picture_version_id FOREIGN KEY (version_id) REFERENCES public.question_version(id);


--
-- Name: question_version fk_question_version_batch_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question_version
    ADD CONSTRAINT fk_question_version_batch_id FOREIGN KEY (batch_id) REFERENCES public.question_batch(id);


--
-- Name: question_version fk_question_version_created_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question_version
    ADD CONSTRAINT fk_question_version_created_by FOREIGN KEY (created_by) REFERENCES public."user"(id);


--
-- Name: question_version fk_question_version_question_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.question_version
    ADD CONSTRAINT fk_question_version_question_id FOREIGN KEY (question_id) REFERENCES public.question(id);


--
-- Name: quiz fk_quiz_course_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quiz
    ADD CONSTRAINT fk_quiz_course_id FOREIGN KEY (course_id) REFERENCES public.course(id);


--
-- Name: quiz fk_quiz_published_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quiz
    ADD CONSTRAINT fk_quiz_published_version_id FOREIGN KEY (published_version_id) REFERENCES public.quiz_version(id);


--
-- Name: quiz_version fk_quiz_version_created_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quiz_version
    ADD CONSTRAINT fk_quiz_version_created_by FOREIGN KEY (created_by) REFERENCES public."user"(id);


--
-- Name: quiz_version fk_quiz_version_published_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quiz_version
    ADD CONSTRAINT fk_quiz_version_published_by FOREIGN KEY (published_by) REFERENCES public."user"(id);


--
-- Name: quiz_version fk_quiz_version_quiz_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quiz_version
    ADD CONSTRAINT fk_quiz_version_quiz_id FOREIGN KEY (quiz_id) REFERENCES public.quiz(id);


--
-- Name: quiz_version fk_quiz_version_second_published_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.quiz_version
    ADD CONSTRAINT fk_quiz_version_second_published_by FOREIGN KEY (second_published_by) REFERENCES public."user"(id);


--
-- Name: reading fk_reading_finished_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reading
    ADD CONSTRAINT fk_reading_finished_version_id FOREIGN KEY (finished_version_id) REFERENCES public.module_version(id);


--
-- Name: reading fk_reading_module_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reading
    ADD CONSTRAINT fk_reading_module_id FOREIGN KEY (module_id) REFERENCES public.module(id);


--
-- Name: reading fk_reading_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reading
    ADD CONSTRAINT fk_reading_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: record_person fk_record_person_record_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.record_person
    ADD CONSTRAINT fk_record_person_record_id FOREIGN KEY (record_id) REFERENCES public.completion_record(id);


--
-- Name: recovery_code fk_recovery_code_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT fk_recovery_code_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: requirement fk_requirement_course_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.requirement
    ADD CONSTRAINT fk_requirement_course_id FOREIGN KEY (course_id) REFERENCES public.course(id);


--
-- Name: requirement fk_requirement_created_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.requirement
    ADD CONSTRAINT fk_requirement_created_by FOREIGN KEY (created_by) REFERENCES public."user"(id);


--
-- Name: requirement fk_requirement_unit_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.requirement
    ADD CONSTRAINT fk_requirement_unit_id FOREIGN KEY (unit_id) REFERENCES public.unit(id);


--
-- Name: requirement fk_requirement_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.requirement
    ADD CONSTRAINT fk_requirement_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: result fk_result_attempt_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.result
    ADD CONSTRAINT fk_result_attempt_id FOREIGN KEY (attempt_id) REFERENCES public.attempt(id);


--
-- Name: result_seen fk_result_seen_attempt_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.result_seen
    ADD CONSTRAINT fk_result_seen_attempt_id FOREIGN KEY (attempt_id) REFERENCES public.attempt(id);


--
-- Name: roster_line fk_roster_line_job_role_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.roster_line
    ADD CONSTRAINT fk_roster_line_job_role_id FOREIGN KEY (job_role_id) REFERENCES public.job_role(id);


--
-- Name: roster_line fk_roster_line_manager_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.roster_line
    ADD CONSTRAINT fk_roster_line_manager_id FOREIGN KEY (manager_id) REFERENCES public."user"(id);


--
-- Name: roster_line fk_roster_line_site_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.roster_line
    ADD CONSTRAINT fk_roster_line_site_id FOREIGN KEY (site_id) REFERENCES public.site(id);


--
-- Name: roster_line fk_roster_line_unit_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.roster_line
    ADD CONSTRAINT fk_roster_line_unit_id FOREIGN KEY (unit_id) REFERENCES public.unit(id);


--
-- Name: roster_line fk_roster_line_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.roster_line
    ADD CONSTRAINT fk_roster_line_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: search_word fk_search_word_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.search_word
    ADD CONSTRAINT fk_search_word_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: self_rating fk_self_rating_module_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.self_rating
    ADD CONSTRAINT fk_self_rating_module_id FOREIGN KEY (module_id) REFERENCES public.module(id);


--
-- Name: self_rating fk_self_rating_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.self_rating
    ADD CONSTRAINT fk_self_rating_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: sign_in_name fk_sign_in_name_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sign_in_name
    ADD CONSTRAINT fk_sign_in_name_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: term fk_term_current_version_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.term
    ADD CONSTRAINT fk_term_current_version_id FOREIGN KEY (current_version_id) REFERENCES public.term_version(id);


--
-- Name: term fk_term_library_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.term
    ADD CONSTRAINT fk_term_library_id FOREIGN KEY (library_id) REFERENCES public.library(id);


--
-- Name: term_version fk_term_version_term_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.term_version
    ADD CONSTRAINT fk_term_version_term_id FOREIGN KEY (term_id) REFERENCES public.term(id);


--
-- Name: unit fk_unit_parent_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.unit
    ADD CONSTRAINT fk_unit_parent_id FOREIGN KEY (parent_id) REFERENCES public.unit(id);


--
-- Name: user_role fk_user_role_granted_by; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_role
    ADD CONSTRAINT fk_user_role_granted_by FOREIGN KEY (granted_by) REFERENCES public."user"(id);


--
-- Name: user_role fk_user_role_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_role
    ADD CONSTRAINT fk_user_role_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- Name: user_session fk_user_session_user_id; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_session
    ADD CONSTRAINT fk_user_session_user_id FOREIGN KEY (user_id) REFERENCES public."user"(id);


--
-- PostgreSQL database dump complete
--


