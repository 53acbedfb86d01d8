-- {"open": 13, "sitter": 6, "publisher": 8, "onlooker": 9, "at": "2026-11-24T11:00:00+00:00", "keys": {"5baec2510da1735f": "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAeWg0rneK1Ule9QAx9nMNA4+d8lBm4sDNnGVzKxVKbR\n-----END PRIVATE KEY-----\n"}}
BEGIN TRANSACTION;
CREATE TABLE account_notice (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    what TEXT NOT NULL,
    at VARCHAR(32) NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id INTEGER,
    former_address TEXT,
    told_at VARCHAR(32),
    CONSTRAINT fk_account_notice_actor_id FOREIGN KEY(actor_id) REFERENCES user (id),
    CONSTRAINT fk_account_notice_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_account_notice PRIMARY KEY (id)
);
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0024');
CREATE TABLE answer (
    attempt_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    response JSON,
    flagged BOOLEAN NOT NULL,
    rev INTEGER NOT NULL,
    saved_at VARCHAR(32) NOT NULL,
    CONSTRAINT fk_answer_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id),
    CONSTRAINT pk_answer PRIMARY KEY (attempt_id, position)
);
INSERT INTO "answer" VALUES(1,1,'["b", "c", "d"]',0,1,'2026-11-23T09:00:00.000000Z');
INSERT INTO "answer" VALUES(2,1,'["b", "c", "d"]',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(2,2,'"false"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(2,3,'["b", "c", "d"]',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(2,4,'"a"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(2,5,'"a"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(3,1,'"a"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(3,2,'"false"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(3,3,'"false"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(3,4,'"a"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(3,5,'"a"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(4,1,'["b", "c", "d"]',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(4,2,'"a"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(4,3,'"a"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(4,4,'"a"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(4,5,'["b", "c", "d"]',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(5,1,'"a"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(5,2,'"false"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(5,3,'"a"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(5,4,'"false"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(5,5,'["d"]',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(6,1,'"a"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(6,2,'"c"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(6,3,'"true"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(7,1,'["b", "c", "d"]',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(7,2,'"c"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(7,3,'["d"]',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(8,1,'["b", "c", "d"]',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(8,2,'"true"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(8,3,'"d"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(9,1,'"false"',0,1,'2026-11-24T11:00:00.000000Z');
INSERT INTO "answer" VALUES(9,2,'"a"',0,1,'2026-11-24T11:00:00.000000Z');
INSERT INTO "answer" VALUES(9,3,'["b", "c", "d"]',0,1,'2026-11-24T11:00:00.000000Z');
INSERT INTO "answer" VALUES(9,4,'"false"',0,1,'2026-11-24T11:00:00.000000Z');
INSERT INTO "answer" VALUES(9,5,'"a"',0,1,'2026-11-24T11:00:00.000000Z');
INSERT INTO "answer" VALUES(10,1,'["b", "c", "d"]',0,1,'2026-11-24T11:00:00.000000Z');
INSERT INTO "answer" VALUES(10,2,'"a"',0,1,'2026-11-24T11:00:00.000000Z');
INSERT INTO "answer" VALUES(10,3,'["b", "c", "d"]',0,1,'2026-11-24T11:00:00.000000Z');
INSERT INTO "answer" VALUES(10,4,'"false"',0,1,'2026-11-24T11:00:00.000000Z');
INSERT INTO "answer" VALUES(10,5,'"false"',0,1,'2026-11-24T11:00:00.000000Z');
INSERT INTO "answer" VALUES(13,1,'"a"',0,1,'2026-11-24T11:00:00.000000Z');
INSERT INTO "answer" VALUES(13,2,'"true"',0,1,'2026-11-24T11:00:00.000000Z');
CREATE TABLE approval (
    version_id INTEGER NOT NULL,
    approved_at VARCHAR(32) NOT NULL,
    approved_by INTEGER,
    second_approved_by INTEGER,
    CONSTRAINT fk_approval_approved_by FOREIGN KEY(approved_by) REFERENCES user (id),
    CONSTRAINT fk_approval_second_approved_by FOREIGN KEY(second_approved_by) REFERENCES user (id),
    CONSTRAINT fk_approval_version_id FOREIGN KEY(version_id) REFERENCES question_version (id),
    CONSTRAINT pk_approval PRIMARY KEY (version_id)
);
INSERT INTO "approval" VALUES(1,'2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "approval" VALUES(2,'2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "approval" VALUES(3,'2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "approval" VALUES(4,'2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "approval" VALUES(5,'2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "approval" VALUES(6,'2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "approval" VALUES(7,'2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "approval" VALUES(8,'2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "approval" VALUES(9,'2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "approval" VALUES(10,'2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "approval" VALUES(11,'2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "approval" VALUES(12,'2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "approval" VALUES(13,'2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "approval" VALUES(14,'2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "approval" VALUES(15,'2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "approval" VALUES(16,'2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "approval" VALUES(17,'2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "approval" VALUES(18,'2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "approval" VALUES(19,'2026-11-23T09:00:00.000000Z',8,NULL);
CREATE TABLE assignment (
    id INTEGER NOT NULL,
    requirement_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    course_id INTEGER NOT NULL,
    assigned_on DATE NOT NULL,
    due_on DATE NOT NULL,
    ended_on DATE,
    CONSTRAINT fk_assignment_course_id FOREIGN KEY(course_id) REFERENCES course (id),
    CONSTRAINT fk_assignment_requirement_id FOREIGN KEY(requirement_id) REFERENCES requirement (id),
    CONSTRAINT fk_assignment_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_assignment PRIMARY KEY (id),
    CONSTRAINT uq_assignment_requirement_id_user_id UNIQUE (requirement_id, user_id)
);
INSERT INTO "assignment" VALUES(1,1,1,1,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(2,1,2,1,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(3,1,3,1,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(4,1,4,1,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(5,1,5,1,'2026-11-23','2026-12-31','2026-11-23');
INSERT INTO "assignment" VALUES(6,1,6,1,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(7,1,7,1,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(8,1,8,1,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(9,1,9,1,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(10,1,10,1,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(11,2,1,2,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(12,2,2,2,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(13,2,3,2,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(14,2,4,2,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(15,2,5,2,'2026-11-23','2026-12-31','2026-11-23');
INSERT INTO "assignment" VALUES(16,2,6,2,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(17,2,7,2,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(18,2,8,2,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(19,2,9,2,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(20,2,10,2,'2026-11-23','2026-12-31',NULL);
CREATE TABLE attempt (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    quiz_id INTEGER NOT NULL,
    quiz_version_id INTEGER NOT NULL,
    course_version_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    started_at VARCHAR(32) NOT NULL,
    deadline_at VARCHAR(32),
    closed_at VARCHAR(32), saw_keys BOOLEAN, after_reset BOOLEAN,
    CONSTRAINT ck_attempt_closed_when_not_open CHECK ((state = 'open') = (closed_at IS NULL)),
    CONSTRAINT ck_attempt_state_known CHECK (state IN ('open','submitted','expired')),
    CONSTRAINT fk_attempt_course_version_id FOREIGN KEY(course_version_id) REFERENCES course_version (id),
    CONSTRAINT fk_attempt_quiz_id FOREIGN KEY(quiz_id) REFERENCES quiz (id),
    CONSTRAINT fk_attempt_quiz_version_id FOREIGN KEY(quiz_version_id) REFERENCES quiz_version (id),
    CONSTRAINT fk_attempt_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_attempt PRIMARY KEY (id),
    CONSTRAINT uq_attempt_user_id_quiz_id_number UNIQUE (user_id, quiz_id, number)
);
INSERT INTO "attempt" VALUES(1,4,1,1,1,1,'expired','2026-11-23T09:00:00.000000Z','2026-11-23T09:30:00.000000Z','2026-11-23T09:30:15.000000Z',0,0);
INSERT INTO "attempt" VALUES(2,1,1,6,1,1,'submitted','2026-11-23T10:00:00.000000Z','2026-11-23T10:30:00.000000Z','2026-11-23T10:00:00.000000Z',0,0);
INSERT INTO "attempt" VALUES(3,2,1,6,1,1,'submitted','2026-11-23T10:00:00.000000Z','2026-11-23T10:30:00.000000Z','2026-11-23T10:00:00.000000Z',0,0);
INSERT INTO "attempt" VALUES(4,1,3,5,2,1,'submitted','2026-11-23T10:00:00.000000Z','2026-11-23T10:30:00.000000Z','2026-11-23T10:00:00.000000Z',0,0);
INSERT INTO "attempt" VALUES(5,7,3,5,2,1,'submitted','2026-11-23T10:00:00.000000Z','2026-11-23T10:30:00.000000Z','2026-11-23T10:00:00.000000Z',0,0);
INSERT INTO "attempt" VALUES(6,3,1,6,1,1,'submitted','2026-11-23T10:00:00.000000Z','2026-11-23T10:30:00.000000Z','2026-11-23T10:00:00.000000Z',0,0);
INSERT INTO "attempt" VALUES(7,3,3,5,2,1,'submitted','2026-11-23T10:00:00.000000Z','2026-11-23T10:30:00.000000Z','2026-11-23T10:00:00.000000Z',0,0);
INSERT INTO "attempt" VALUES(8,4,3,5,2,1,'submitted','2026-11-23T10:00:00.000000Z','2026-11-23T10:30:00.000000Z','2026-11-23T10:00:00.000000Z',0,0);
INSERT INTO "attempt" VALUES(9,1,3,5,2,2,'submitted','2026-11-24T11:00:00.000000Z','2026-11-24T11:30:00.000000Z','2026-11-24T11:00:00.000000Z',0,0);
INSERT INTO "attempt" VALUES(10,4,3,5,2,2,'submitted','2026-11-24T11:00:00.000000Z','2026-11-24T11:30:00.000000Z','2026-11-24T11:00:00.000000Z',0,0);
INSERT INTO "attempt" VALUES(11,2,2,2,1,1,'submitted','2026-11-24T11:00:00.000000Z',NULL,'2026-11-24T11:00:00.000000Z',NULL,0);
INSERT INTO "attempt" VALUES(12,6,4,4,2,1,'submitted','2026-11-24T11:00:00.000000Z',NULL,'2026-11-24T11:00:00.000000Z',NULL,0);
INSERT INTO "attempt" VALUES(13,6,1,6,1,1,'open','2026-11-24T11:00:00.000000Z','2026-11-24T11:30:00.000000Z',NULL,0,0);
CREATE TABLE attempt_item (
    attempt_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    question_version_id INTEGER NOT NULL,
    arrangement JSON NOT NULL,
    cell INTEGER NOT NULL,
    CONSTRAINT fk_attempt_item_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id),
    CONSTRAINT fk_attempt_item_question_version_id FOREIGN KEY(question_version_id) REFERENCES question_version (id),
    CONSTRAINT pk_attempt_item PRIMARY KEY (attempt_id, position)
);
INSERT INTO "attempt_item" VALUES(1,1,2,'["a", "b", "c", "d"]',0);
INSERT INTO "attempt_item" VALUES(1,2,7,'["c", "d", "b", "a"]',1);
INSERT INTO "attempt_item" VALUES(1,3,1,'["b", "c", "a", "d"]',0);
INSERT INTO "attempt_item" VALUES(1,4,3,'["true", "false"]',0);
INSERT INTO "attempt_item" VALUES(1,5,5,'["c", "b", "a", "d"]',1);
INSERT INTO "attempt_item" VALUES(2,1,2,'["d", "a", "c", "b"]',0);
INSERT INTO "attempt_item" VALUES(2,2,3,'["true", "false"]',0);
INSERT INTO "attempt_item" VALUES(2,3,5,'["d", "b", "a", "c"]',1);
INSERT INTO "attempt_item" VALUES(2,4,7,'["d", "c", "b", "a"]',1);
INSERT INTO "attempt_item" VALUES(2,5,4,'["a", "d", "c", "b"]',0);
INSERT INTO "attempt_item" VALUES(3,1,4,'["b", "a", "c", "d"]',0);
INSERT INTO "attempt_item" VALUES(3,2,3,'["true", "false"]',0);
INSERT INTO "attempt_item" VALUES(3,3,6,'["true", "false"]',1);
INSERT INTO "attempt_item" VALUES(3,4,7,'["a", "c", "b", "d"]',1);
INSERT INTO "attempt_item" VALUES(3,5,19,'["a", "d", "b", "c"]',0);
INSERT INTO "attempt_item" VALUES(4,1,11,'["b", "d", "a", "c"]',0);
INSERT INTO "attempt_item" VALUES(4,2,13,'["b", "a", "d", "c"]',0);
INSERT INTO "attempt_item" VALUES(4,3,16,'["b", "d", "a", "c"]',1);
INSERT INTO "attempt_item" VALUES(4,4,10,'["d", "b", "c", "a"]',0);
INSERT INTO "attempt_item" VALUES(4,5,14,'["a", "c", "d", "b"]',1);
INSERT INTO "attempt_item" VALUES(5,1,16,'["c", "d", "a", "b"]',1);
INSERT INTO "attempt_item" VALUES(5,2,15,'["true", "false"]',1);
INSERT INTO "attempt_item" VALUES(5,3,13,'["c", "b", "d", "a"]',0);
INSERT INTO "attempt_item" VALUES(5,4,12,'["true", "false"]',0);
INSERT INTO "attempt_item" VALUES(5,5,11,'["d", "a", "b", "c"]',0);
INSERT INTO "attempt_item" VALUES(6,1,7,'["b", "d", "c", "a"]',1);
INSERT INTO "attempt_item" VALUES(6,2,4,'["a", "c", "d", "b"]',0);
INSERT INTO "attempt_item" VALUES(6,3,3,'["true", "false"]',0);
INSERT INTO "attempt_item" VALUES(6,4,5,'["a", "c", "d", "b"]',1);
INSERT INTO "attempt_item" VALUES(6,5,19,'["b", "a", "c", "d"]',0);
INSERT INTO "attempt_item" VALUES(7,1,14,'["d", "c", "a", "b"]',1);
INSERT INTO "attempt_item" VALUES(7,2,16,'["c", "b", "d", "a"]',1);
INSERT INTO "attempt_item" VALUES(7,3,11,'["d", "a", "c", "b"]',0);
INSERT INTO "attempt_item" VALUES(7,4,10,'["c", "b", "a", "d"]',0);
INSERT INTO "attempt_item" VALUES(7,5,12,'["true", "false"]',0);
INSERT INTO "attempt_item" VALUES(8,1,11,'["b", "a", "c", "d"]',0);
INSERT INTO "attempt_item" VALUES(8,2,12,'["true", "false"]',0);
INSERT INTO "attempt_item" VALUES(8,3,16,'["d", "c", "b", "a"]',1);
INSERT INTO "attempt_item" VALUES(8,4,14,'["d", "c", "b", "a"]',1);
INSERT INTO "attempt_item" VALUES(8,5,13,'["d", "c", "a", "b"]',0);
INSERT INTO "attempt_item" VALUES(9,1,12,'["true", "false"]',0);
INSERT INTO "attempt_item" VALUES(9,2,13,'["a", "b", "d", "c"]',0);
INSERT INTO "attempt_item" VALUES(9,3,11,'["d", "a", "c", "b"]',0);
INSERT INTO "attempt_item" VALUES(9,4,15,'["true", "false"]',1);
INSERT INTO "attempt_item" VALUES(9,5,16,'["a", "b", "c", "d"]',1);
INSERT INTO "attempt_item" VALUES(10,1,11,'["c", "b", "d", "a"]',0);
INSERT INTO "attempt_item" VALUES(10,2,10,'["b", "c", "a", "d"]',0);
INSERT INTO "attempt_item" VALUES(10,3,14,'["a", "c", "b", "d"]',1);
INSERT INTO "attempt_item" VALUES(10,4,15,'["true", "false"]',1);
INSERT INTO "attempt_item" VALUES(10,5,12,'["true", "false"]',0);
INSERT INTO "attempt_item" VALUES(11,1,9,'["true", "false"]',0);
INSERT INTO "attempt_item" VALUES(12,1,17,'["c", "d", "b", "a"]',0);
INSERT INTO "attempt_item" VALUES(13,1,19,'["a", "c", "b", "d"]',0);
INSERT INTO "attempt_item" VALUES(13,2,3,'["true", "false"]',0);
INSERT INTO "attempt_item" VALUES(13,3,5,'["b", "a", "d", "c"]',1);
INSERT INTO "attempt_item" VALUES(13,4,2,'["a", "b", "c", "d"]',0);
INSERT INTO "attempt_item" VALUES(13,5,6,'["true", "false"]',1);
CREATE TABLE attempt_mark (
    attempt_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    share TEXT NOT NULL,
    topic TEXT NOT NULL,
    CONSTRAINT fk_attempt_mark_attempt_id_position FOREIGN KEY(attempt_id, position) REFERENCES attempt_item (attempt_id, position),
    CONSTRAINT pk_attempt_mark PRIMARY KEY (attempt_id, position)
);
INSERT INTO "attempt_mark" VALUES(1,1,'1','iso');
INSERT INTO "attempt_mark" VALUES(1,2,'0','iso');
INSERT INTO "attempt_mark" VALUES(1,3,'0','iso');
INSERT INTO "attempt_mark" VALUES(1,4,'0','iso');
INSERT INTO "attempt_mark" VALUES(1,5,'0','iso');
INSERT INTO "attempt_mark" VALUES(2,1,'1','iso');
INSERT INTO "attempt_mark" VALUES(2,2,'1','iso');
INSERT INTO "attempt_mark" VALUES(2,3,'1','iso');
INSERT INTO "attempt_mark" VALUES(2,4,'1','iso');
INSERT INTO "attempt_mark" VALUES(2,5,'1','iso');
INSERT INTO "attempt_mark" VALUES(3,1,'1','iso');
INSERT INTO "attempt_mark" VALUES(3,2,'1','iso');
INSERT INTO "attempt_mark" VALUES(3,3,'1','iso');
INSERT INTO "attempt_mark" VALUES(3,4,'1','iso');
INSERT INTO "attempt_mark" VALUES(3,5,'1','iso');
INSERT INTO "attempt_mark" VALUES(4,1,'1','iso');
INSERT INTO "attempt_mark" VALUES(4,2,'1','iso');
INSERT INTO "attempt_mark" VALUES(4,3,'1','iso');
INSERT INTO "attempt_mark" VALUES(4,4,'1','iso');
INSERT INTO "attempt_mark" VALUES(4,5,'1','iso');
INSERT INTO "attempt_mark" VALUES(5,1,'1','iso');
INSERT INTO "attempt_mark" VALUES(5,2,'1','iso');
INSERT INTO "attempt_mark" VALUES(5,3,'1','iso');
INSERT INTO "attempt_mark" VALUES(5,4,'1','iso');
INSERT INTO "attempt_mark" VALUES(5,5,'1/3','iso');
INSERT INTO "attempt_mark" VALUES(6,1,'1','iso');
INSERT INTO "attempt_mark" VALUES(6,2,'0','iso');
INSERT INTO "attempt_mark" VALUES(6,3,'0','iso');
INSERT INTO "attempt_mark" VALUES(6,4,'0','iso');
INSERT INTO "attempt_mark" VALUES(6,5,'0','iso');
INSERT INTO "attempt_mark" VALUES(7,1,'1','iso');
INSERT INTO "attempt_mark" VALUES(7,2,'0','iso');
INSERT INTO "attempt_mark" VALUES(7,3,'1/3','iso');
INSERT INTO "attempt_mark" VALUES(7,4,'0','iso');
INSERT INTO "attempt_mark" VALUES(7,5,'0','iso');
INSERT INTO "attempt_mark" VALUES(8,1,'1','iso');
INSERT INTO "attempt_mark" VALUES(8,2,'0','iso');
INSERT INTO "attempt_mark" VALUES(8,3,'0','iso');
INSERT INTO "attempt_mark" VALUES(8,4,'0','iso');
INSERT INTO "attempt_mark" VALUES(8,5,'0','iso');
INSERT INTO "attempt_mark" VALUES(9,1,'1','iso');
INSERT INTO "attempt_mark" VALUES(9,2,'1','iso');
INSERT INTO "attempt_mark" VALUES(9,3,'1','iso');
INSERT INTO "attempt_mark" VALUES(9,4,'1','iso');
INSERT INTO "attempt_mark" VALUES(9,5,'1','iso');
INSERT INTO "attempt_mark" VALUES(10,1,'1','iso');
INSERT INTO "attempt_mark" VALUES(10,2,'1','iso');
INSERT INTO "attempt_mark" VALUES(10,3,'1','iso');
INSERT INTO "attempt_mark" VALUES(10,4,'1','iso');
INSERT INTO "attempt_mark" VALUES(10,5,'1','iso');
INSERT INTO "attempt_mark" VALUES(11,1,'0','iso');
INSERT INTO "attempt_mark" VALUES(12,1,'0','iso');
CREATE TABLE authenticator_app (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    key_id TEXT NOT NULL,
    begun_at VARCHAR(32) NOT NULL,
    confirmed_at VARCHAR(32),
    last_step INTEGER NOT NULL,
    CONSTRAINT fk_authenticator_app_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_authenticator_app PRIMARY KEY (id)
);
CREATE TABLE "bank" (
    id INTEGER NOT NULL,
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    language TEXT NOT NULL,
    current_pool_id INTEGER,
    created_at VARCHAR(32) NOT NULL,
    archived_at VARCHAR(32),
    library_id INTEGER,
    CONSTRAINT fk_bank_current_pool_id FOREIGN KEY(current_pool_id) REFERENCES pool_snapshot (id),
    CONSTRAINT fk_bank_library_id FOREIGN KEY(library_id) REFERENCES library (id),
    CONSTRAINT pk_bank PRIMARY KEY (id),
    CONSTRAINT uq_bank_slug UNIQUE (slug)
);
INSERT INTO "bank" VALUES(1,'short','Questions, short','Who and when.','en',3,'2026-11-23T09:00:00.000000Z',NULL,1);
INSERT INTO "bank" VALUES(2,'other','Questions, other','Who and when.','en',2,'2026-11-23T09:00:00.000000Z',NULL,2);
CREATE TABLE "bank_member" (
    bank_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    role TEXT NOT NULL,
    since VARCHAR(32),
    added_by INTEGER,
    CONSTRAINT ck_bank_member_role_known CHECK (role IN ('owner','member')),
    CONSTRAINT fk_bank_member_added_by FOREIGN KEY(added_by) REFERENCES user (id),
    CONSTRAINT fk_bank_member_bank_id FOREIGN KEY(bank_id) REFERENCES bank (id),
    CONSTRAINT fk_bank_member_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_bank_member PRIMARY KEY (bank_id, user_id)
);
INSERT INTO "bank_member" VALUES(1,8,'owner','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "bank_member" VALUES(2,10,'owner','2026-11-23T09:00:00.000000Z',NULL);
CREATE TABLE bank_reading (
    bank_id INTEGER NOT NULL,
    asks TEXT NOT NULL,
    reading TEXT NOT NULL,
    chosen_at VARCHAR(32) NOT NULL,
    chosen_by INTEGER,
    CONSTRAINT fk_bank_reading_bank_id FOREIGN KEY(bank_id) REFERENCES bank (id),
    CONSTRAINT fk_bank_reading_chosen_by FOREIGN KEY(chosen_by) REFERENCES user (id),
    CONSTRAINT pk_bank_reading PRIMARY KEY (bank_id, asks)
);
INSERT INTO "bank_reading" VALUES(2,'answer@0123456789abcdef','place','2026-11-24T11:00:00.000000Z',10);
CREATE TABLE bank_upload (
    id INTEGER NOT NULL,
    token TEXT NOT NULL,
    bank_id INTEGER NOT NULL,
    file_name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    options JSON NOT NULL,
    options_hash TEXT NOT NULL,
    state TEXT NOT NULL,
    checked JSON,
    uploaded_at VARCHAR(32) NOT NULL,
    uploaded_by INTEGER,
    applied_at VARCHAR(32),
    applied_by INTEGER,
    added INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    unchanged INTEGER NOT NULL, data BLOB,
    CONSTRAINT ck_bank_upload_state_known CHECK (state IN ('checked','applied')),
    CONSTRAINT fk_bank_upload_applied_by FOREIGN KEY(applied_by) REFERENCES user (id),
    CONSTRAINT fk_bank_upload_bank_id FOREIGN KEY(bank_id) REFERENCES bank (id),
    CONSTRAINT fk_bank_upload_uploaded_by FOREIGN KEY(uploaded_by) REFERENCES user (id),
    CONSTRAINT pk_bank_upload PRIMARY KEY (id),
    CONSTRAINT uq_bank_upload_token UNIQUE (token)
);
CREATE TABLE certificate (
    id INTEGER NOT NULL,
    number TEXT NOT NULL,
    code TEXT NOT NULL,
    attempt_id INTEGER NOT NULL,
    passed BOOLEAN NOT NULL,
    user_id INTEGER NOT NULL,
    course_id INTEGER NOT NULL,
    issued_at VARCHAR(32) NOT NULL,
    valid_until DATE NOT NULL,
    payload JSON NOT NULL,
    signature TEXT NOT NULL,
    key_id TEXT NOT NULL,
    CONSTRAINT ck_certificate_passed_only CHECK (passed),
    CONSTRAINT fk_certificate_course_id FOREIGN KEY(course_id) REFERENCES course (id),
    CONSTRAINT fk_certificate_key_id FOREIGN KEY(key_id) REFERENCES signing_key (key_id),
    CONSTRAINT fk_certificate_passed_result FOREIGN KEY(attempt_id, passed) REFERENCES result (attempt_id, passed),
    CONSTRAINT fk_certificate_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_certificate PRIMARY KEY (id),
    CONSTRAINT uq_certificate_attempt_id UNIQUE (attempt_id),
    CONSTRAINT uq_certificate_code UNIQUE (code),
    CONSTRAINT uq_certificate_number UNIQUE (number)
);
INSERT INTO "certificate" VALUES(1,'26-35C1-W9YY','2A8KE1ADJ20JM0ZT0EJ0WMAQ61',2,1,1,1,'2026-11-23T10:00:00.000000Z','2028-11-23','{"schema": "isotrain-certificate-1", "kind": "course completion", "statement": "This certificate records completion of a course. It does not certify the holder or an organization to an ISO standard.", "number": "26-35C1-W9YY", "code": "2A8KE1ADJ20JM0ZT0EJ0WMAQ61", "course": {"id": "short", "title": "A short course", "version": "1"}, "standards": [], "score_percent": "100.0", "pass_mark_percent": "60", "issued_at": "2026-11-23T10:00:00Z", "issued_on": "2026-11-23", "valid_until": "2028-11-23", "issuer": "Example Works", "attempt": "2", "form": "0853b3caa7bb48a03a5ce709606f806aa7c346163d3b529f2eec8587af401a2a", "holder": {"name": "347ef7eb32a72a24d2e63629b5c632f9d4d95c636fda655b920a546de21f81e3", "personnel_number": "6616b4274b970270325d07c403b6ec05e83e170d49a0ca17ba35ecaf13130a17"}, "key_id": "5baec2510da1735f"}','6cc2a1ec66e076cbcb0412bfe4e59bc95eb18e3d7a4fba86319bd1ea83533642bc2b7a5f17d82fc845b5bf47b71e4547ef1c9a128ece3d560cc6e6629b68610e','5baec2510da1735f');
INSERT INTO "certificate" VALUES(2,'26-9V4N-K7Y2','4M03RV475N4ZBZMF9YNEX96NBT',3,1,2,1,'2026-11-23T10:00:00.000000Z','2028-11-23','{"schema": "isotrain-certificate-1", "kind": "course completion", "statement": "This certificate records completion of a course. It does not certify the holder or an organization to an ISO standard.", "number": "26-9V4N-K7Y2", "code": "4M03RV475N4ZBZMF9YNEX96NBT", "course": {"id": "short", "title": "A short course", "version": "1"}, "standards": [], "score_percent": "100.0", "pass_mark_percent": "60", "issued_at": "2026-11-23T10:00:00Z", "issued_on": "2026-11-23", "valid_until": "2028-11-23", "issuer": "Example Works", "attempt": "3", "form": "506e2ee63ad60a9a9132b0cb5935afa342a6e47e748c3eecf632ae2e651e729e", "holder": {"name": "ab4662c91936821da69cf0e43b0b6c7665a1abd5af188e996259b18f409489ba", "personnel_number": "28be1d45afa2eae1cb54cd8f73073a99c78ed95f0d05c375d95d22faa0beed2c"}, "key_id": "5baec2510da1735f"}','1dcd952d3266a0d6a17193a8f704834804eeb7ba14516f277c811997a5146ec2e58c81af90d716328d8dbc644f7eed69f17009cae047101d766a9e828c021200','5baec2510da1735f');
INSERT INTO "certificate" VALUES(3,'26-CW37-3KCQ','2SW6BGDN8X77V6E4E2CMYDFTRJ',4,1,1,2,'2026-11-23T10:00:00.000000Z','2028-11-23','{"schema": "isotrain-certificate-1", "kind": "course completion", "statement": "This certificate records completion of a course. It does not certify the holder or an organization to an ISO standard.", "number": "26-CW37-3KCQ", "code": "2SW6BGDN8X77V6E4E2CMYDFTRJ", "course": {"id": "other", "title": "A other course", "version": "1"}, "standards": [], "score_percent": "100.0", "pass_mark_percent": "60", "issued_at": "2026-11-23T10:00:00Z", "issued_on": "2026-11-23", "valid_until": "2028-11-23", "issuer": "Example Works", "attempt": "4", "form": "b681e97b77d9a89fc7fb8d17b5c6c7a0e68e83d3499f25aebf15565c1897f2cb", "holder": {"name": "a80411244bb4e18f974575a56f68a8ae2cd0a4cfbfba68e274fb93d053fad292", "personnel_number": "827e6973a6506c546c28e15e9bf9161480a5c310885cdb91ab04457b1e2414a9"}, "key_id": "5baec2510da1735f"}','63cd00cf5c5ffc06a232a3013bd5078e36bd50fe0590dff4dd9ce8491d0c7d8d6302447f146e566afb3282c01d7a4d6e78fe4cadcb2c1250bc1475a3cfa0db07','5baec2510da1735f');
INSERT INTO "certificate" VALUES(4,'26-ETJG-H1YR','3TC6TKE0DYZPQ0XVQZNV677WAE',5,1,7,2,'2026-11-23T10:00:00.000000Z','2028-11-23','{"schema": "isotrain-certificate-1", "kind": "course completion", "statement": "This certificate records completion of a course. It does not certify the holder or an organization to an ISO standard.", "number": "26-ETJG-H1YR", "code": "3TC6TKE0DYZPQ0XVQZNV677WAE", "course": {"id": "other", "title": "A other course", "version": "1"}, "standards": [], "score_percent": "86.6", "pass_mark_percent": "60", "issued_at": "2026-11-23T10:00:00Z", "issued_on": "2026-11-23", "valid_until": "2028-11-23", "issuer": "Example Works", "attempt": "5", "form": "36eb6cfc9d4518befe1fa7716e7d3d1e861e1368bf41b8d47ce3c449ed0f5a00", "holder": {"name": "08c51c4e2c5791ff92e353ab8d32d92c1c6260644f0cc265008687bcd7f8642c", "personnel_number": "69671f13a940348f7f79ae6d4525cd533fc2998d72f424570c89a2168ab6fcc2"}, "key_id": "5baec2510da1735f"}','01b72ccfd1b4cbb71286c5ca2569c06fc3d82dd68861dc9b54be4f08bc57cc81fbad548077df0c9d78724b2cd71a5ec68077ac9460d6a34f51c0f906cd2c8c0a','5baec2510da1735f');
INSERT INTO "certificate" VALUES(5,'26-MT5M-2B22','0GHJCNQ59WH8TNC483W80MSY18',9,1,1,2,'2026-11-24T11:00:00.000000Z','2028-11-24','{"schema": "isotrain-certificate-1", "kind": "course completion", "statement": "This certificate records completion of a course. It does not certify the holder or an organization to an ISO standard.", "number": "26-MT5M-2B22", "code": "0GHJCNQ59WH8TNC483W80MSY18", "course": {"id": "other", "title": "A other course", "version": "1"}, "standards": [], "score_percent": "100.0", "pass_mark_percent": "60", "issued_at": "2026-11-24T11:00:00Z", "issued_on": "2026-11-24", "valid_until": "2028-11-24", "issuer": "Example Works", "attempt": "9", "form": "85f0aa67bbdae3d246d55a303cb59d56cee63e9401be5e97a9432072d32ce377", "holder": {"name": "aabf3b24a7831ad113a7115273799478b00ea823263730df35165b4859342140", "personnel_number": "dfe099eabaa41abb94e34dda3e2358e5a8b2a8dd6ac313905f6ef32a1a363b7c"}, "key_id": "5baec2510da1735f"}','30394625da84963b57397fb4c4f2ae351cb333bcfb69776f29d682acf52a18015611147c259e003e80fb652f1edbb745c8b84f55c55ca3ce1507d0f19d4bb400','5baec2510da1735f');
INSERT INTO "certificate" VALUES(6,'26-JR31-X4QN','7BC96VWNQBCRGAWRG81G8A4WYA',10,1,4,2,'2026-11-24T11:00:00.000000Z','2028-11-24','{"schema": "isotrain-certificate-1", "kind": "course completion", "statement": "This certificate records completion of a course. It does not certify the holder or an organization to an ISO standard.", "number": "26-JR31-X4QN", "code": "7BC96VWNQBCRGAWRG81G8A4WYA", "course": {"id": "other", "title": "A other course", "version": "1"}, "standards": [], "score_percent": "100.0", "pass_mark_percent": "60", "issued_at": "2026-11-24T11:00:00Z", "issued_on": "2026-11-24", "valid_until": "2028-11-24", "issuer": "Example Works", "attempt": "10", "form": "b9e10d605536f2390f88fcca601a8972c458dd48f0d8bd2f9c667dc82de61c50", "holder": {"name": "5d10e2f5ab44b4a2b75f68b2d6481d16984b21250ae8fc0c731cdbb48367ff02", "personnel_number": "a6e4578e89a2bc6e564daae265d59f49fa2167ce72319b4ff1493d22237ace72"}, "key_id": "5baec2510da1735f"}','5fa8a73d5fca69682de9fdd3840d25a62fcc184575ab5e8b88e3337777e1e40ddf62300b5f501060064a3aab12bbefa663e32799c5885f2be7db234751722e04','5baec2510da1735f');
CREATE TABLE certificate_file (
    certificate_id INTEGER NOT NULL,
    pdf BLOB NOT NULL,
    sha256 TEXT NOT NULL,
    notices JSON NOT NULL,
    rendered_at VARCHAR(32) NOT NULL,
    CONSTRAINT fk_certificate_file_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificate (id),
    CONSTRAINT pk_certificate_file PRIMARY KEY (certificate_id)
);
CREATE TABLE certificate_holder (
    certificate_id INTEGER NOT NULL,
    disclosed JSON NOT NULL,
    CONSTRAINT fk_certificate_holder_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificate (id),
    CONSTRAINT pk_certificate_holder PRIMARY KEY (certificate_id)
);
INSERT INTO "certificate_holder" VALUES(1,'{"name": {"value": "Ada \u00c5ngstr\u00f6m", "salt": "4fc82b26aecb47d2868c4efbe3581732"}, "personnel_number": {"value": "1001", "salt": "6b51d431df5d7f141cbececcf79edf3d"}}');
INSERT INTO "certificate_holder" VALUES(2,'{"name": {"value": "Bela O''Neill", "salt": "f5ca38f748a1d6eaf726b8a42fb575c3"}, "personnel_number": {"value": "1002", "salt": "6f4b6612125fb3a0daecd2799dfd6c9c"}}');
INSERT INTO "certificate_holder" VALUES(3,'{"name": {"value": "Ada \u00c5ngstr\u00f6m", "salt": "35135aaa6cc23891b40cb3f378c53a17"}, "personnel_number": {"value": "1001", "salt": "624b60c58c9d8bfb6ff1886c2fd605d2"}}');
INSERT INTO "certificate_holder" VALUES(4,'{"name": {"value": "Ada \u00c5ngstr\u00f6m", "salt": "aea92132c4cbeb263e6ac2bf6c183b5d"}, "personnel_number": {"value": "1007", "salt": "0b918943df0962bc7a1824c0555a3893"}}');
INSERT INTO "certificate_holder" VALUES(5,'{"name": {"value": "Ada \u00c5ngstr\u00f6m", "salt": "3ada92f28b4ceda38562ebf047c6ff05"}, "personnel_number": {"value": "1001", "salt": "49d180ecf56132819571bf39d9b7b342"}}');
INSERT INTO "certificate_holder" VALUES(6,'{"name": {"value": "Dee Expired", "salt": "f369cb89fc627e668987007d121ed1ea"}, "personnel_number": {"value": "1004", "salt": "f74efabef12ea619e30b79bddef89cff"}}');
CREATE TABLE certificate_revocation (
    certificate_id INTEGER NOT NULL,
    revoked_at VARCHAR(32) NOT NULL,
    revoked_by INTEGER,
    second_revoked_by INTEGER,
    reason TEXT NOT NULL,
    CONSTRAINT fk_certificate_revocation_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificate (id),
    CONSTRAINT fk_certificate_revocation_revoked_by FOREIGN KEY(revoked_by) REFERENCES user (id),
    CONSTRAINT fk_certificate_revocation_second_revoked_by FOREIGN KEY(second_revoked_by) REFERENCES user (id),
    CONSTRAINT pk_certificate_revocation PRIMARY KEY (certificate_id)
);
INSERT INTO "certificate_revocation" VALUES(2,'2026-11-23T10:00:00.000000Z',NULL,NULL,'Made to be revoked.');
CREATE TABLE certificate_standing (
    certificate_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    issued_at VARCHAR(32) NOT NULL,
    valid_until DATE NOT NULL,
    held_days INTEGER NOT NULL,
    ending TEXT NOT NULL,
    name_folded TEXT,
    CONSTRAINT ck_certificate_standing_ending_known CHECK (ending IN ('none','superseded','revoked')),
    CONSTRAINT fk_certificate_standing_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificate (id),
    CONSTRAINT fk_certificate_standing_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_certificate_standing PRIMARY KEY (certificate_id)
);
INSERT INTO "certificate_standing" VALUES(1,1,'2026-11-23T10:00:00.000000Z','2028-11-23',731,'none','ada ångström');
INSERT INTO "certificate_standing" VALUES(2,2,'2026-11-23T10:00:00.000000Z','2028-11-23',731,'revoked','bela o''neill');
INSERT INTO "certificate_standing" VALUES(3,1,'2026-11-23T10:00:00.000000Z','2028-11-23',731,'superseded','ada ångström');
INSERT INTO "certificate_standing" VALUES(4,7,'2026-11-23T10:00:00.000000Z','2028-11-23',731,'none','ada ångström');
INSERT INTO "certificate_standing" VALUES(5,1,'2026-11-24T11:00:00.000000Z','2028-11-24',731,'none','ada ångström');
INSERT INTO "certificate_standing" VALUES(6,4,'2026-11-24T11:00:00.000000Z','2028-11-24',731,'none','dee expired');
CREATE TABLE certificate_supersession (
    certificate_id INTEGER NOT NULL,
    superseded_by INTEGER NOT NULL,
    superseded_at VARCHAR(32) NOT NULL,
    CONSTRAINT fk_certificate_supersession_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificate (id),
    CONSTRAINT fk_certificate_supersession_superseded_by FOREIGN KEY(superseded_by) REFERENCES certificate (id),
    CONSTRAINT pk_certificate_supersession PRIMARY KEY (certificate_id)
);
INSERT INTO "certificate_supersession" VALUES(3,5,'2026-11-24T11:00:00.000000Z');
CREATE TABLE completion_record (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    course_id INTEGER NOT NULL,
    course_version_id INTEGER NOT NULL,
    attempt_id INTEGER NOT NULL,
    assignment_id INTEGER,
    certificate_id INTEGER,
    completed_at VARCHAR(32) NOT NULL,
    recorded_at VARCHAR(32) NOT NULL,
    valid_until DATE,
    score_percent TEXT NOT NULL,
    pass_mark INTEGER NOT NULL,
    result TEXT NOT NULL,
    frozen JSON NOT NULL,
    hash TEXT NOT NULL,
    corrects_id INTEGER,
    correction_reason TEXT,
    CONSTRAINT ck_completion_record_result_known CHECK (result IN ('passed','failed')),
    CONSTRAINT fk_completion_record_assignment_id FOREIGN KEY(assignment_id) REFERENCES assignment (id),
    CONSTRAINT fk_completion_record_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id),
    CONSTRAINT fk_completion_record_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificate (id),
    CONSTRAINT fk_completion_record_corrects_id FOREIGN KEY(corrects_id) REFERENCES completion_record (id),
    CONSTRAINT fk_completion_record_course_id FOREIGN KEY(course_id) REFERENCES course (id),
    CONSTRAINT fk_completion_record_course_version_id FOREIGN KEY(course_version_id) REFERENCES course_version (id),
    CONSTRAINT fk_completion_record_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_completion_record PRIMARY KEY (id)
);
INSERT INTO "completion_record" VALUES(1,4,1,1,1,4,NULL,'2026-11-23T09:30:15.000000Z','2026-11-23T10:00:00.000000Z',NULL,'20.0',60,'failed','{"schema": "isotrain-record-2", "completed_on": "2026-11-23", "time_zone": "UTC", "place": {"unit": "Hall", "unit_code": "HALL", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-04"}, "requirement": {"id": 1, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "short", "title": "A short course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "short-exam", "title": "Exam, short", "version": 1, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 1, "number": 1, "state": "expired", "form": "54fde85becf23f7f3583b3f52b3ccedf6a3da7584f1defd73fdda7aecd413ba8", "started_at": "2026-11-23T09:00:00.000000+00:00", "closed_at": "2026-11-23T09:30:15.000000+00:00", "saw_keys": false, "after_reset": false, "extra": false}, "result": {"result": "failed", "score": "1", "out_of": "5", "percent": "20.0"}, "certificate": null, "person": {"name": "ea0467fa03d68179e4c581dd4f9a1b3417844192061c5588700f056e84a94926", "personnel_no": "977ad7a340af064dcf747332518e91c0b308b2278a2c106be837febd44065998", "manager_name": "86ce88f3429197a88cf1119ec25d9cf96d81702fb10f781beaa90d23da32c820", "manager_personnel_no": "f96739e9ee014ebe19f8fc8005b89750516bf050fa68532da80d9be547435ff1"}, "recorded_at": "2026-11-23T10:00:00.000000+00:00"}','252cefc599d4edd6c8e5a8172011ce363b83050add583bb49099994486adb68f',NULL,NULL);
INSERT INTO "completion_record" VALUES(2,1,1,1,2,1,1,'2026-11-23T10:00:00.000000Z','2026-11-23T10:00:00.000000Z','2028-11-23','100.0',60,'passed','{"schema": "isotrain-record-2", "completed_on": "2026-11-23", "time_zone": "UTC", "place": {"unit": "Works", "unit_code": "WORKS", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-01"}, "requirement": {"id": 1, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "short", "title": "A short course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "short-exam", "title": "Short exam, again", "version": 2, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 2, "number": 1, "state": "submitted", "form": "0853b3caa7bb48a03a5ce709606f806aa7c346163d3b529f2eec8587af401a2a", "started_at": "2026-11-23T10:00:00.000000+00:00", "closed_at": "2026-11-23T10:00:00.000000+00:00", "saw_keys": false, "after_reset": false, "extra": false}, "result": {"result": "passed", "score": "5", "out_of": "5", "percent": "100.0"}, "certificate": {"number": "26-35C1-W9YY", "valid_until": "2028-11-23"}, "person": {"name": "c22608ffd2f9ee2b0f1f9d2a1548a0faca79ddd8ffb5a4abf02691049ca1a611", "personnel_no": "f968d2675e34153c1dd49fa8cb4fe8eb0cc9118577ce21f6f8b082a3b28f1e96", "manager_name": "4e3bb282c8396887e46c5751f0eeeb0eebc61c52c2a9fb418b499a1a6b58693e", "manager_personnel_no": "9574ca4cc19d3771c41251f6c91233f97c056d14a185a9ba72bf3de76c699980"}, "recorded_at": "2026-11-23T10:00:00.000000+00:00"}','c418ef84b56dbdab8b897e4349844484d48cb3756b5f90d3ef1afa5c8c171b2d',NULL,NULL);
INSERT INTO "completion_record" VALUES(3,2,1,1,3,2,2,'2026-11-23T10:00:00.000000Z','2026-11-23T10:00:00.000000Z','2028-11-23','100.0',60,'passed','{"schema": "isotrain-record-2", "completed_on": "2026-11-23", "time_zone": "UTC", "place": {"unit": "Hall", "unit_code": "HALL", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-02"}, "requirement": {"id": 1, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "short", "title": "A short course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "short-exam", "title": "Short exam, again", "version": 2, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 3, "number": 1, "state": "submitted", "form": "506e2ee63ad60a9a9132b0cb5935afa342a6e47e748c3eecf632ae2e651e729e", "started_at": "2026-11-23T10:00:00.000000+00:00", "closed_at": "2026-11-23T10:00:00.000000+00:00", "saw_keys": false, "after_reset": false, "extra": false}, "result": {"result": "passed", "score": "5", "out_of": "5", "percent": "100.0"}, "certificate": {"number": "26-9V4N-K7Y2", "valid_until": "2028-11-23"}, "person": {"name": "e5018105e2cabb85696201a0c9088f7b0ea4a2b5ccb982da4057101d09ffb4e0", "personnel_no": "abdb7538e388955d937da681da6363c618d6afce77953c29434ef9671090bf79", "manager_name": "320a2cbdf83ce17100145af69fe2f0f17152ac5a5242272c5bbd1b227c86dfb8", "manager_personnel_no": "d9600fb36658ed7cae3d2b7d448c7f285ddee59e822b0fbd695c45113bd1bc09"}, "recorded_at": "2026-11-23T10:00:00.000000+00:00"}','75e47dbaefafd69347f35542122cb06e55932c5d12d51a490fa219ccd5f199ee',NULL,NULL);
INSERT INTO "completion_record" VALUES(4,1,2,2,4,11,3,'2026-11-23T10:00:00.000000Z','2026-11-23T10:00:00.000000Z','2028-11-23','100.0',60,'passed','{"schema": "isotrain-record-2", "completed_on": "2026-11-23", "time_zone": "UTC", "place": {"unit": "Works", "unit_code": "WORKS", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-01"}, "requirement": {"id": 2, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "other", "title": "A other course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "other-exam", "title": "Other exam, once", "version": 2, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 4, "number": 1, "state": "submitted", "form": "b681e97b77d9a89fc7fb8d17b5c6c7a0e68e83d3499f25aebf15565c1897f2cb", "started_at": "2026-11-23T10:00:00.000000+00:00", "closed_at": "2026-11-23T10:00:00.000000+00:00", "saw_keys": false, "after_reset": false, "extra": false}, "result": {"result": "passed", "score": "5", "out_of": "5", "percent": "100.0"}, "certificate": {"number": "26-CW37-3KCQ", "valid_until": "2028-11-23"}, "person": {"name": "202222530b0deb989dc24eaa0ec2f31e3065246c5d4b197a31321a87f75cfaf5", "personnel_no": "c82e564eb1f94195c73438a0c41aceae95b87d6c932013117b66daa2b7961be1", "manager_name": "31ac41dd3f3bdba29925de06391c421abdf727b8cc765b96ff800851b3cb94e0", "manager_personnel_no": "2743b3be37ccbc8f088966ef111485e25a4a12a4daf02d85a6fa1bb199cc99b1"}, "recorded_at": "2026-11-23T10:00:00.000000+00:00"}','e8c623cfa44eda4308a210986ee16cf06bb391b8c30599368307cbf07d657028',NULL,NULL);
INSERT INTO "completion_record" VALUES(5,7,2,2,5,17,4,'2026-11-23T10:00:00.000000Z','2026-11-23T10:00:00.000000Z','2028-11-23','86.6',60,'passed','{"schema": "isotrain-record-2", "completed_on": "2026-11-23", "time_zone": "UTC", "place": {"unit": "Works", "unit_code": "WORKS", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-07"}, "requirement": {"id": 2, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "other", "title": "A other course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "other-exam", "title": "Other exam, once", "version": 2, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 5, "number": 1, "state": "submitted", "form": "36eb6cfc9d4518befe1fa7716e7d3d1e861e1368bf41b8d47ce3c449ed0f5a00", "started_at": "2026-11-23T10:00:00.000000+00:00", "closed_at": "2026-11-23T10:00:00.000000+00:00", "saw_keys": false, "after_reset": false, "extra": false}, "result": {"result": "passed", "score": "13/3", "out_of": "5", "percent": "86.6"}, "certificate": {"number": "26-ETJG-H1YR", "valid_until": "2028-11-23"}, "person": {"name": "18bf54d3dba4c87a44bb3b806de724ed0f3990f2f8d9dc1abb60176918bcb0d4", "personnel_no": "3e4e08dd23c563f2635a70ad25c19aae94f3bbf4089598abb69de4c3e0d39940", "manager_name": "a2fbfa19048205f1c08f84f7f14cf87fc42db10a13fd07c13797a78cd2f1a492", "manager_personnel_no": "7e325d7621b6faef474b238e3a07deab52f0e47d390ba7ae66a3cc7f7133c185"}, "recorded_at": "2026-11-23T10:00:00.000000+00:00"}','9f5f50bc2ce733af930fdf953b52000f20e46257bf6613dccec6f689f287dd5e',NULL,NULL);
INSERT INTO "completion_record" VALUES(6,3,1,1,6,3,NULL,'2026-11-23T10:00:00.000000Z','2026-11-23T10:00:00.000000Z',NULL,'20.0',60,'failed','{"schema": "isotrain-record-2", "completed_on": "2026-11-23", "time_zone": "UTC", "place": {"unit": "Works", "unit_code": "WORKS", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-03"}, "requirement": {"id": 1, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "short", "title": "A short course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "short-exam", "title": "Short exam, again", "version": 2, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 6, "number": 1, "state": "submitted", "form": "be57bb62b6629828a8e50f83b6d8904fd53a77bc28ed7c42a78a2aba5b46ffa4", "started_at": "2026-11-23T10:00:00.000000+00:00", "closed_at": "2026-11-23T10:00:00.000000+00:00", "saw_keys": false, "after_reset": false, "extra": false}, "result": {"result": "failed", "score": "1", "out_of": "5", "percent": "20.0"}, "certificate": null, "person": {"name": "a46c87323c5b8652ef0177d6cc209cc535583cf34d4238feaa771c758af04001", "personnel_no": "9b3c57f217e2fd180627c150b2bd3e70efb4fa2bca5f6e39e789aee0d519aaff", "manager_name": "dacfe7bf027567bd4f3e87d6ba0086323486a29cb109e92c1803016167d3c72a", "manager_personnel_no": "50b82d448386cae933fafe79264d75d12c791185b00c33dea20fe39e2fa6e6aa"}, "recorded_at": "2026-11-23T10:00:00.000000+00:00"}','48bcc95e40c0c700969014a3185515c2fe34df6a008d176425327bdba43a23b6',NULL,NULL);
INSERT INTO "completion_record" VALUES(7,3,2,2,7,13,NULL,'2026-11-23T10:00:00.000000Z','2026-11-23T10:00:00.000000Z',NULL,'26.6',60,'failed','{"schema": "isotrain-record-2", "completed_on": "2026-11-23", "time_zone": "UTC", "place": {"unit": "Works", "unit_code": "WORKS", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-03"}, "requirement": {"id": 2, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "other", "title": "A other course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "other-exam", "title": "Other exam, once", "version": 2, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 7, "number": 1, "state": "submitted", "form": "70155ec0511f4eda901628988aa5e9bb8ec6f42ca9ca4c8bc18b071d34362742", "started_at": "2026-11-23T10:00:00.000000+00:00", "closed_at": "2026-11-23T10:00:00.000000+00:00", "saw_keys": false, "after_reset": false, "extra": false}, "result": {"result": "failed", "score": "4/3", "out_of": "5", "percent": "26.6"}, "certificate": null, "person": {"name": "f0b1f15706ddd4003eb5287d8a55ba166c931f10b15650e65a731e9ce00728ad", "personnel_no": "44185160be33f640d82a7be5ad67b73cc80450d56337464021379aeef3cb752a", "manager_name": "f28b2f55a5449652ed672ebf9a20a67c8993988c0798fdb6fb17af93c4799bdd", "manager_personnel_no": "8d275072c80e6ef8f0cea524600bff4a3930c2d17955a3d42137fb6f4dae0361"}, "recorded_at": "2026-11-23T10:00:00.000000+00:00"}','2e858997a36ef58e545ab28169cc8a697f5d0f4449fc8a74a420f28f967e8bd3',NULL,NULL);
INSERT INTO "completion_record" VALUES(8,4,2,2,8,14,NULL,'2026-11-23T10:00:00.000000Z','2026-11-23T10:00:00.000000Z',NULL,'20.0',60,'failed','{"schema": "isotrain-record-2", "completed_on": "2026-11-23", "time_zone": "UTC", "place": {"unit": "Hall", "unit_code": "HALL", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-04"}, "requirement": {"id": 2, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "other", "title": "A other course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "other-exam", "title": "Other exam, once", "version": 2, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 8, "number": 1, "state": "submitted", "form": "b7a46b7f4ce6d1ca307df12f4646acf46295a39d86ed9ef0d8a5606f427488e6", "started_at": "2026-11-23T10:00:00.000000+00:00", "closed_at": "2026-11-23T10:00:00.000000+00:00", "saw_keys": false, "after_reset": false, "extra": false}, "result": {"result": "failed", "score": "1", "out_of": "5", "percent": "20.0"}, "certificate": null, "person": {"name": "d45c161159274fdba6bc697d482a095f11e1f283086654db23ec30fd6cec907c", "personnel_no": "ce1e30384835f6e15172276c6bee61c9b09119cafd9c204bda40de53f33973d5", "manager_name": "d519e08be9656fd7d2e037083da71ed229b3f545790a5dfd632d8d2d2fa74631", "manager_personnel_no": "e9e623f3ebc46100a559450c46a2d3bbfbfbba82c524a598b689b4c6f652588f"}, "recorded_at": "2026-11-23T10:00:00.000000+00:00"}','4e677e9e32635f7b0c359db987e70d1109f2729a3c4344c6a03ed638f2a2aebb',NULL,NULL);
INSERT INTO "completion_record" VALUES(9,1,1,1,2,1,1,'2026-11-23T10:00:00.000000Z','2026-11-23T11:00:00.000000Z','2028-11-23','100.0',60,'passed','{"schema": "isotrain-record-2", "completed_on": "2026-11-23", "time_zone": "UTC", "place": {"unit": "Works", "unit_code": "WORKS", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-01"}, "requirement": {"id": 1, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "short", "title": "A short course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "short-exam", "title": "Short exam, again", "version": 2, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 2, "number": 1, "state": "submitted", "form": "0853b3caa7bb48a03a5ce709606f806aa7c346163d3b529f2eec8587af401a2a", "started_at": "2026-11-23T10:00:00.000000+00:00", "closed_at": "2026-11-23T10:00:00.000000+00:00", "saw_keys": false, "after_reset": false, "extra": false}, "result": {"result": "passed", "score": "5", "out_of": "5", "percent": "100.0"}, "certificate": {"number": "26-35C1-W9YY", "valid_until": "2028-11-23"}, "person": {"name": "b630c0d2fd64f0ecc8aa40bbcbd21efc359769a0a40a170b54f920b35e20282f", "personnel_no": "934a753819da6150337ad974609e93b5600a67f2fd0819c41fb107daea76a450", "manager_name": "5edb57da8c70ed5ee4bb35e56ad2e83ddc7396faad1ef24ab6f19b4b3ab652ab", "manager_personnel_no": "067c97250f4503d095cd52359ea33ea7ee3db45ca53f3ef8b201c892b2b2b702"}, "recorded_at": "2026-11-23T11:00:00.000000+00:00", "corrects": "c418ef84b56dbdab8b897e4349844484d48cb3756b5f90d3ef1afa5c8c171b2d", "correction": {"by": 11, "fields": ["name"], "second": 12}}','ae45e8b8f14c71c2e0ac815e6ed1a16a1ea2cae072e507086ba0d62a40683063',2,'As in the passport.');
INSERT INTO "completion_record" VALUES(10,1,2,2,9,11,5,'2026-11-24T11:00:00.000000Z','2026-11-24T11:00:00.000000Z','2028-11-24','100.0',60,'passed','{"schema": "isotrain-record-2", "completed_on": "2026-11-24", "time_zone": "UTC", "place": {"unit": "Works", "unit_code": "WORKS", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-01"}, "requirement": {"id": 2, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "other", "title": "A other course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "other-exam", "title": "Other exam, once", "version": 2, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 9, "number": 2, "state": "submitted", "form": "85f0aa67bbdae3d246d55a303cb59d56cee63e9401be5e97a9432072d32ce377", "started_at": "2026-11-24T11:00:00.000000+00:00", "closed_at": "2026-11-24T11:00:00.000000+00:00", "saw_keys": false, "after_reset": false, "extra": false}, "result": {"result": "passed", "score": "5", "out_of": "5", "percent": "100.0"}, "certificate": {"number": "26-MT5M-2B22", "valid_until": "2028-11-24"}, "person": {"name": "6b67654c6d89552613e541da6f930ba9bdd2ae3589c501adb851061bbded7df9", "personnel_no": "a51525ed3ec5dec47ab00cb89786cee567ee8b98a41bd9b22f8fe4a77d59754a", "manager_name": "5c62359a78d7839f327f7208083ea8126eafce3b9785f39d92ffe7654f31a708", "manager_personnel_no": "fa93b1a977a8a26bd1939f7084b292a3eeff9d4949d6d408b810e76eb53ec762"}, "recorded_at": "2026-11-24T11:00:00.000000+00:00"}','082e2611631dbf493705f03167a7fb4d17f90af6255de3b30382418fecf46948',NULL,NULL);
INSERT INTO "completion_record" VALUES(11,4,2,2,10,14,6,'2026-11-24T11:00:00.000000Z','2026-11-24T11:00:00.000000Z','2028-11-24','100.0',60,'passed','{"schema": "isotrain-record-2", "completed_on": "2026-11-24", "time_zone": "UTC", "place": {"unit": "Hall", "unit_code": "HALL", "site": "Halden", "job_role": "Operator", "job_role_code": "OPER", "employment_type": "employee", "hired_on": "2026-01-04"}, "requirement": {"id": 2, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "other", "title": "A other course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "other-exam", "title": "Other exam, once", "version": 2, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "weakened": []}, "attempt": {"id": 10, "number": 2, "state": "submitted", "form": "b9e10d605536f2390f88fcca601a8972c458dd48f0d8bd2f9c667dc82de61c50", "started_at": "2026-11-24T11:00:00.000000+00:00", "closed_at": "2026-11-24T11:00:00.000000+00:00", "saw_keys": false, "after_reset": false, "extra": true}, "result": {"result": "passed", "score": "5", "out_of": "5", "percent": "100.0"}, "certificate": {"number": "26-JR31-X4QN", "valid_until": "2028-11-24"}, "person": {"name": "1936bc6e2cfefa2f2c868c2eb3f3caa58abdcd3557c8a27911cafd2701bc7c70", "personnel_no": "05c8aca9fee8049a569f875d1c801544a8a9d527931fa04a250db28e05e25b98", "manager_name": "7fe1098bff9d1166dd286af3756cd227584123445e9a8b4333e5188c526a4756", "manager_personnel_no": "46033cc24bc49e98c872091f4964f8dd27b7a43d622c4204fb712691450af128"}, "recorded_at": "2026-11-24T11:00:00.000000+00:00"}','f4debea59d7ac6335d298deab624ebd275f96a7c4eae1fd51a4e4b35e8d80d78',NULL,NULL);
CREATE TABLE "course" (
    id INTEGER NOT NULL,
    slug TEXT NOT NULL,
    current_version_id INTEGER,
    certificate_months INTEGER NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    library_id INTEGER NOT NULL,
    CONSTRAINT fk_course_current_version_id FOREIGN KEY(current_version_id) REFERENCES course_version (id),
    CONSTRAINT fk_course_library_id FOREIGN KEY(library_id) REFERENCES library (id),
    CONSTRAINT pk_course PRIMARY KEY (id),
    CONSTRAINT uq_course_slug UNIQUE (slug)
);
INSERT INTO "course" VALUES(1,'short',1,24,'2026-11-23T09:00:00.000000Z',1);
INSERT INTO "course" VALUES(2,'other',2,24,'2026-11-23T09:00:00.000000Z',2);
CREATE TABLE course_fact (
    course_version_id INTEGER NOT NULL,
    fact_version_id INTEGER NOT NULL,
    CONSTRAINT fk_course_fact_course_version_id FOREIGN KEY(course_version_id) REFERENCES course_version (id),
    CONSTRAINT fk_course_fact_fact_version_id FOREIGN KEY(fact_version_id) REFERENCES fact_version (id),
    CONSTRAINT pk_course_fact PRIMARY KEY (course_version_id, fact_version_id)
);
INSERT INTO "course_fact" VALUES(1,1);
INSERT INTO "course_fact" VALUES(1,2);
INSERT INTO "course_fact" VALUES(2,3);
INSERT INTO "course_fact" VALUES(2,4);
CREATE TABLE "course_member" (
    course_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    role TEXT NOT NULL,
    since VARCHAR(32),
    added_by INTEGER,
    CONSTRAINT ck_course_member_role_known CHECK (role IN ('owner','member')),
    CONSTRAINT fk_course_member_added_by FOREIGN KEY(added_by) REFERENCES user (id),
    CONSTRAINT fk_course_member_course_id FOREIGN KEY(course_id) REFERENCES course (id),
    CONSTRAINT fk_course_member_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_course_member PRIMARY KEY (course_id, user_id)
);
INSERT INTO "course_member" VALUES(1,8,'member',NULL,NULL);
INSERT INTO "course_member" VALUES(2,10,'member',NULL,NULL);
CREATE TABLE course_module (
    course_version_id INTEGER NOT NULL,
    module_version_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    CONSTRAINT fk_course_module_course_version_id FOREIGN KEY(course_version_id) REFERENCES course_version (id),
    CONSTRAINT fk_course_module_module_version_id FOREIGN KEY(module_version_id) REFERENCES module_version (id),
    CONSTRAINT pk_course_module PRIMARY KEY (course_version_id, module_version_id),
    CONSTRAINT uq_course_module_course_version_id_position UNIQUE (course_version_id, position)
);
INSERT INTO "course_module" VALUES(1,1,1);
INSERT INTO "course_module" VALUES(2,2,1);
CREATE TABLE course_term (
    course_version_id INTEGER NOT NULL,
    term_version_id INTEGER NOT NULL,
    CONSTRAINT fk_course_term_course_version_id FOREIGN KEY(course_version_id) REFERENCES course_version (id),
    CONSTRAINT fk_course_term_term_version_id FOREIGN KEY(term_version_id) REFERENCES term_version (id),
    CONSTRAINT pk_course_term PRIMARY KEY (course_version_id, term_version_id)
);
INSERT INTO "course_term" VALUES(1,1);
INSERT INTO "course_term" VALUES(2,2);
CREATE TABLE course_version (
    id INTEGER NOT NULL,
    course_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    label TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    language TEXT NOT NULL,
    topics JSON NOT NULL,
    editions JSON NOT NULL,
    content_hash TEXT NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    approved_at VARCHAR(32),
    approved_by INTEGER,
    second_approved_by INTEGER,
    approved_by_name TEXT,
    CONSTRAINT fk_course_version_approved_by FOREIGN KEY(approved_by) REFERENCES user (id),
    CONSTRAINT fk_course_version_course_id FOREIGN KEY(course_id) REFERENCES course (id),
    CONSTRAINT fk_course_version_second_approved_by FOREIGN KEY(second_approved_by) REFERENCES user (id),
    CONSTRAINT pk_course_version PRIMARY KEY (id),
    CONSTRAINT uq_course_version_course_id_content_hash UNIQUE (course_id, content_hash),
    CONSTRAINT uq_course_version_course_id_number UNIQUE (course_id, number)
);
INSERT INTO "course_version" VALUES(1,1,1,'1','A short course','Who certifies, and for how long.','en','[{"id": "iso", "title": "What ISO is"}]','[]','af237e78cdc8a4612b2be54122098f79d72a719383b63ff687ab3221535c827b','2026-11-23T09:00:00.000000Z','2026-11-23T09:00:00.000000Z',NULL,NULL,'Those who test');
INSERT INTO "course_version" VALUES(2,2,1,'1','A other course','Who certifies, and for how long.','en','[{"id": "iso", "title": "What ISO is"}]','[]','27635f70ecac8bd28cef5f3067e94923a47e9d366c36c8af3ae1f96a09311e38','2026-11-23T09:00:00.000000Z','2026-11-23T09:00:00.000000Z',NULL,NULL,'Those who test');
CREATE TABLE "edition" (
    id INTEGER NOT NULL,
    standard_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    label TEXT NOT NULL,
    replaces_id INTEGER,
    published_on DATE,
    withdrawn_on DATE,
    bodies_ready_by DATE,
    new_certificates_until DATE,
    certificates_until DATE,
    confirmed_on DATE,
    CONSTRAINT fk_edition_replaces_id FOREIGN KEY(replaces_id) REFERENCES edition (id),
    CONSTRAINT fk_edition_standard_id FOREIGN KEY(standard_id) REFERENCES standard (id),
    CONSTRAINT pk_edition PRIMARY KEY (id),
    CONSTRAINT uq_edition_code UNIQUE (code)
);
INSERT INTO "edition" VALUES(1,1,'iso-9001-2008','ISO 9001:2008',NULL,'2008-11-15','2015-09-15',NULL,'2017-09-15','2018-09-15','2026-11-27');
INSERT INTO "edition" VALUES(2,1,'iso-9001-2015','ISO 9001:2015 + Amd 1:2024',1,'2015-09-15','2026-09-16','2027-09-30','2028-03-31','2029-09-30','2026-11-27');
INSERT INTO "edition" VALUES(3,1,'iso-9001-2026','ISO 9001:2026',2,'2026-09-16',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(4,2,'iso-14001-2004','ISO 14001:2004',NULL,'2004-11-15','2015-09-15',NULL,'2017-09-15','2018-09-15','2026-11-27');
INSERT INTO "edition" VALUES(5,2,'iso-14001-2015','ISO 14001:2015 + Amd 1:2024',4,'2015-09-15','2026-04-15',NULL,'2027-10-31','2029-04-30','2026-11-27');
INSERT INTO "edition" VALUES(6,2,'iso-14001-2026','ISO 14001:2026',5,'2026-04-15',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(7,3,'iso-45001-2018','ISO 45001:2018 + Amd 1:2024',NULL,'2018-03-12',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(8,3,'iso-45001-next','ISO/DIS 45001:2026',7,NULL,NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(9,4,'iso-27001-2013','ISO/IEC 27001:2013',NULL,'2013-10-01','2022-10-25',NULL,'2024-04-30','2025-10-31','2026-11-27');
INSERT INTO "edition" VALUES(10,4,'iso-27001-2022','ISO/IEC 27001:2022 + Amd 1:2024',9,'2022-10-25',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(11,5,'iso-22301-2019','ISO 22301:2019 + Amd 1:2024',NULL,'2019-10-31',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(12,6,'iso-50001-2018','ISO 50001:2018 + Amd 1:2024',NULL,'2018-08-21',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(13,7,'iso-13485-2016','ISO 13485:2016',NULL,'2016-03-01',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(14,8,'iso-22000-2018','ISO 22000:2018 + Amd 1:2024',NULL,'2018-06-19',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(15,9,'iso-20000-1-2018','ISO/IEC 20000-1:2018 + Amd 1:2024',NULL,'2018-09-15',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(16,10,'iso-37001-2016','ISO 37001:2016 + Amd 1:2024',NULL,'2016-10-15','2025-02-26',NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(17,10,'iso-37001-2025','ISO 37001:2025',16,'2025-02-26',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(18,11,'iso-42001-2023','ISO/IEC 42001:2023',NULL,'2023-12-18',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(19,12,'iso-9000-2015','ISO 9000:2015',NULL,'2015-09-15','2026-05-27',NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(20,12,'iso-9000-2026','ISO 9000:2026',19,'2026-05-27',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(21,13,'iso-27000-2018','ISO/IEC 27000:2018',NULL,'2018-02-07','2026-07-03',NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(22,13,'iso-27000-2026','ISO/IEC 27000:2026',21,'2026-07-03',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(23,14,'iso-19011-2018','ISO 19011:2018',NULL,'2018-07-03','2026-05-27',NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(24,14,'iso-19011-2026','ISO 19011:2026',23,'2026-05-27',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(25,15,'iso-10015-2019','ISO 10015:2019',NULL,'2019-12-01',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(26,16,'iso-17000-2020','ISO/IEC 17000:2020',NULL,'2020-12-18',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(27,17,'iso-17011-2017','ISO/IEC 17011:2017',NULL,'2017-11-15',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(28,18,'iso-17021-1-2015','ISO/IEC 17021-1:2015',NULL,'2015-06-15',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(29,19,'iso-17024-2012','ISO/IEC 17024:2012',NULL,'2012-07-03','2026-03-31',NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(30,19,'iso-17024-2026','ISO/IEC 17024:2026',29,'2026-03-31',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(31,20,'iso-17025-2017','ISO/IEC 17025:2017',NULL,'2017-11-29',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(32,21,'iso-17065-2012','ISO/IEC 17065:2012',NULL,'2012-09-15',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(33,22,'iso-27006-1-2024','ISO/IEC 27006-1:2024',NULL,'2024-03-01',NULL,NULL,NULL,NULL,'2026-11-27');
INSERT INTO "edition" VALUES(34,23,'iso-42006-2025','ISO/IEC 42006:2025',NULL,'2025-07-01',NULL,NULL,NULL,NULL,'2026-11-27');
CREATE TABLE edition_alias (
    code TEXT NOT NULL,
    edition_id INTEGER NOT NULL,
    CONSTRAINT fk_edition_alias_edition_id FOREIGN KEY(edition_id) REFERENCES edition (id),
    CONSTRAINT pk_edition_alias PRIMARY KEY (code)
);
INSERT INTO "edition_alias" VALUES('iso-9001-next',3);
INSERT INTO "edition_alias" VALUES('iso-iec-27001-2013',9);
INSERT INTO "edition_alias" VALUES('iso-iec-27001-2022',10);
INSERT INTO "edition_alias" VALUES('iso-iec-20000-1-2018',15);
INSERT INTO "edition_alias" VALUES('iso-iec-42001-2023',18);
INSERT INTO "edition_alias" VALUES('iso-iec-27000-2018',21);
INSERT INTO "edition_alias" VALUES('iso-iec-27000-2026',22);
INSERT INTO "edition_alias" VALUES('iso-iec-17000-2020',26);
INSERT INTO "edition_alias" VALUES('iso-iec-17011-2017',27);
INSERT INTO "edition_alias" VALUES('iso-iec-17021-1-2015',28);
INSERT INTO "edition_alias" VALUES('iso-iec-17024-2012',29);
INSERT INTO "edition_alias" VALUES('iso-iec-17024-2026',30);
INSERT INTO "edition_alias" VALUES('iso-iec-17025-2017',31);
INSERT INTO "edition_alias" VALUES('iso-iec-17065-2012',32);
INSERT INTO "edition_alias" VALUES('iso-iec-27006-1-2024',33);
INSERT INTO "edition_alias" VALUES('iso-iec-42006-2025',34);
CREATE TABLE employment (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    hired_on DATE NOT NULL,
    left_on DATE,
    CONSTRAINT ck_employment_in_order CHECK (left_on IS NULL OR left_on >= hired_on),
    CONSTRAINT fk_employment_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_employment PRIMARY KEY (id)
);
INSERT INTO "employment" VALUES(1,1,'2026-01-01',NULL);
INSERT INTO "employment" VALUES(2,2,'2026-01-02',NULL);
INSERT INTO "employment" VALUES(3,3,'2026-01-03',NULL);
INSERT INTO "employment" VALUES(4,4,'2026-01-04',NULL);
INSERT INTO "employment" VALUES(5,5,'2026-01-05','2026-11-23');
INSERT INTO "employment" VALUES(6,6,'2026-01-06',NULL);
INSERT INTO "employment" VALUES(7,7,'2026-01-07',NULL);
CREATE TABLE event (
    id INTEGER NOT NULL,
    occurred_at VARCHAR(32) NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id INTEGER,
    action TEXT NOT NULL,
    scope TEXT NOT NULL,
    object_type TEXT NOT NULL,
    object_id TEXT NOT NULL,
    before_hash TEXT,
    after_hash TEXT,
    request_id TEXT,
    reason TEXT,
    details JSON NOT NULL,
    CONSTRAINT ck_event_scope_known CHECK (scope IN ('technical','people','training','banks','records')),
    CONSTRAINT pk_event PRIMARY KEY (id)
);
INSERT INTO "event" VALUES(1,'2026-11-23T09:00:00.000000Z','command',NULL,'editions.loaded','training','editions','34',NULL,NULL,NULL,NULL,'{"changed": ["iso-9001-2008", "iso-9001-2015", "iso-9001-2026", "iso-14001-2004", "iso-14001-2015", "iso-14001-2026", "iso-45001-2018", "iso-45001-next", "iso-27001-2013", "iso-27001-2022", "iso-22301-2019", "iso-50001-2018", "iso-13485-2016", "iso-22000-2018", "iso-20000-1-2018", "iso-37001-2016", "iso-37001-2025", "iso-42001-2023", "iso-9000-2015", "iso-9000-2026", "iso-27000-2018", "iso-27000-2026", "iso-19011-2018", "iso-19011-2026", "iso-10015-2019", "iso-17000-2020", "iso-17011-2017", "iso-17021-1-2015", "iso-17024-2012", "iso-17024-2026", "iso-17025-2017", "iso-17065-2012", "iso-27006-1-2024", "iso-42006-2025"]}');
INSERT INTO "event" VALUES(2,'2026-11-23T09:00:00.000000Z','command',NULL,'course.loaded','training','course','1',NULL,'888f96baa99a85f7cb1db2df6c3d199c76ad5b3dd748acd106f8bda0fcaaf887',NULL,NULL,'{"version": 1}');
INSERT INTO "event" VALUES(3,'2026-11-23T09:00:00.000000Z','command',NULL,'bank.loaded','banks','bank','1',NULL,'45abbccb5146342d8fe95f78f8250db7250c57700cc3bbed3ebfc84805bf32d8',NULL,NULL,'{"versions": 9, "retired": 0, "questions": 9}');
INSERT INTO "event" VALUES(4,'2026-11-23T09:00:00.000000Z','command',NULL,'quiz.published','training','quiz','1',NULL,'265a9540615cc999db44ac34ac225e4cbbf222882a6a62190d26523e2d785753',NULL,NULL,'{"version": 1, "blueprint": "e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c"}');
INSERT INTO "event" VALUES(5,'2026-11-23T09:00:00.000000Z','command',NULL,'quiz.published','training','quiz','2',NULL,'4a25633d071101cd2b2572b52a5184329893a3d27213880ca50a8611aaf5e648',NULL,NULL,'{"version": 1, "blueprint": "58df14425becadd6da9df2798729d67429c95fe65045bbffaece9a9b62b365d5"}');
INSERT INTO "event" VALUES(6,'2026-11-23T09:00:00.000000Z','command',NULL,'course.loaded','training','course','2',NULL,'9500747bda218803f879f39e6f8fec364944f5547ba8f0c66361db562162de0f',NULL,NULL,'{"version": 1}');
INSERT INTO "event" VALUES(7,'2026-11-23T09:00:00.000000Z','command',NULL,'bank.loaded','banks','bank','2',NULL,'1b262c25ce6754958977858930ca7f0aa37a3173fa0c4b21c7b5a2d8f5665b1e',NULL,NULL,'{"versions": 9, "retired": 0, "questions": 9}');
INSERT INTO "event" VALUES(8,'2026-11-23T09:00:00.000000Z','command',NULL,'quiz.published','training','quiz','3',NULL,'137ee759eda06c70e15032f3234a946a12a412b14d8a50174b9ba97bd1d09fd6',NULL,NULL,'{"version": 1, "blueprint": "6ad5da3c545e732cefe9cfa22930ac093992b47aeb520e2959a522cb76e1a99b"}');
INSERT INTO "event" VALUES(9,'2026-11-23T09:00:00.000000Z','command',NULL,'quiz.published','training','quiz','4',NULL,'2ac94324bd2e490489bde673cb396e502f690dc39e4c77a24862f807a36caea7',NULL,NULL,'{"version": 1, "blueprint": "ea4fdc9ca0519fbca858b2bfd6b90172ec4a69d800d7267d38b08224a9d7605c"}');
INSERT INTO "event" VALUES(10,'2026-11-23T09:00:00.000000Z','command',NULL,'user.added','people','user','1',NULL,NULL,NULL,NULL,'{"roles": ["employee"]}');
INSERT INTO "event" VALUES(11,'2026-11-23T09:00:00.000000Z','command',NULL,'placement.changed','people','user','1',NULL,'44b6c4b4f631deff7f04e341ca661cb4f9ba93fc1e611e30e0e0eaa201fec798',NULL,NULL,'{"from": "2026-01-01"}');
INSERT INTO "event" VALUES(12,'2026-11-23T09:00:00.000000Z','command',NULL,'user.added','people','user','2',NULL,NULL,NULL,NULL,'{"roles": ["employee"]}');
INSERT INTO "event" VALUES(13,'2026-11-23T09:00:00.000000Z','command',NULL,'placement.changed','people','user','2',NULL,'dc10dcafb5cdf709755c353a9aea4e8da7eb9ee99ad692bb450113904b993fb9',NULL,NULL,'{"from": "2026-01-02"}');
INSERT INTO "event" VALUES(14,'2026-11-23T09:00:00.000000Z','command',NULL,'user.added','people','user','3',NULL,NULL,NULL,NULL,'{"roles": ["employee"]}');
INSERT INTO "event" VALUES(15,'2026-11-23T09:00:00.000000Z','command',NULL,'placement.changed','people','user','3',NULL,'44b6c4b4f631deff7f04e341ca661cb4f9ba93fc1e611e30e0e0eaa201fec798',NULL,NULL,'{"from": "2026-01-03"}');
INSERT INTO "event" VALUES(16,'2026-11-23T09:00:00.000000Z','command',NULL,'user.added','people','user','4',NULL,NULL,NULL,NULL,'{"roles": ["employee"]}');
INSERT INTO "event" VALUES(17,'2026-11-23T09:00:00.000000Z','command',NULL,'placement.changed','people','user','4',NULL,'dc10dcafb5cdf709755c353a9aea4e8da7eb9ee99ad692bb450113904b993fb9',NULL,NULL,'{"from": "2026-01-04"}');
INSERT INTO "event" VALUES(18,'2026-11-23T09:00:00.000000Z','command',NULL,'user.added','people','user','5',NULL,NULL,NULL,NULL,'{"roles": ["employee"]}');
INSERT INTO "event" VALUES(19,'2026-11-23T09:00:00.000000Z','command',NULL,'placement.changed','people','user','5',NULL,'44b6c4b4f631deff7f04e341ca661cb4f9ba93fc1e611e30e0e0eaa201fec798',NULL,NULL,'{"from": "2026-01-05"}');
INSERT INTO "event" VALUES(20,'2026-11-23T09:00:00.000000Z','command',NULL,'user.added','people','user','6',NULL,NULL,NULL,NULL,'{"roles": ["employee"]}');
INSERT INTO "event" VALUES(21,'2026-11-23T09:00:00.000000Z','command',NULL,'placement.changed','people','user','6',NULL,'dc10dcafb5cdf709755c353a9aea4e8da7eb9ee99ad692bb450113904b993fb9',NULL,NULL,'{"from": "2026-01-06"}');
INSERT INTO "event" VALUES(22,'2026-11-23T09:00:00.000000Z','command',NULL,'user.added','people','user','7',NULL,NULL,NULL,NULL,'{"roles": ["employee"]}');
INSERT INTO "event" VALUES(23,'2026-11-23T09:00:00.000000Z','command',NULL,'placement.changed','people','user','7',NULL,'44b6c4b4f631deff7f04e341ca661cb4f9ba93fc1e611e30e0e0eaa201fec798',NULL,NULL,'{"from": "2026-01-07"}');
INSERT INTO "event" VALUES(24,'2026-11-23T09:00:00.000000Z','command',NULL,'user.added','people','user','8',NULL,NULL,NULL,NULL,'{"roles": ["trainer"]}');
INSERT INTO "event" VALUES(25,'2026-11-23T09:00:00.000000Z','command',NULL,'user.added','people','user','9',NULL,NULL,NULL,NULL,'{"roles": ["trainer"]}');
INSERT INTO "event" VALUES(26,'2026-11-23T09:00:00.000000Z','command',NULL,'user.added','people','user','10',NULL,NULL,NULL,NULL,'{"roles": ["trainer"]}');
INSERT INTO "event" VALUES(27,'2026-11-23T09:00:00.000000Z','command',NULL,'course.assigned','training','requirement','1',NULL,'27b1de4695210435f9c03949fe451e6e19a1a362e7183cf5bb800904c57b90ca',NULL,NULL,'{"target": "everybody", "people": 10, "due_on": "2026-12-31"}');
INSERT INTO "event" VALUES(28,'2026-11-23T09:00:00.000000Z','command',NULL,'course.assigned','training','requirement','2',NULL,'81ab8198a00912073086f416f2c218c5ae450928426cdeb8b516cffcd7b036ad',NULL,NULL,'{"target": "everybody", "people": 10, "due_on": "2026-12-31"}');
INSERT INTO "event" VALUES(29,'2026-11-23T09:00:00.000000Z','user',4,'attempt.started','training','attempt','1',NULL,'f480e4cdd404be52539e43d6d52b39c230fc04466ae1edb0b28304dc4c15d202',NULL,NULL,'{"quiz": "short-exam", "number": 1}');
INSERT INTO "event" VALUES(30,'2026-11-23T09:00:00.000000Z','command',NULL,'bank.member_added','banks','bank','1',NULL,NULL,NULL,NULL,'{"user": 8}');
INSERT INTO "event" VALUES(31,'2026-11-23T09:00:00.000000Z','command',NULL,'bank.member_added','banks','bank','1',NULL,NULL,NULL,NULL,'{"user": 9}');
INSERT INTO "event" VALUES(32,'2026-11-23T09:00:00.000000Z','command',NULL,'bank.member_added','banks','bank','2',NULL,NULL,NULL,NULL,'{"user": 10}');
INSERT INTO "event" VALUES(33,'2026-11-23T09:00:00.000000Z','user',10,'quiz.draft_saved','training','quiz','3','137ee759eda06c70e15032f3234a946a12a412b14d8a50174b9ba97bd1d09fd6','6f883f399eac138b7ca0d4744e8dd08c6ec4f2e16ad8c276ea3c8dece8a297dc',NULL,NULL,'{}');
INSERT INTO "event" VALUES(34,'2026-11-23T09:00:00.000000Z','user',10,'quiz.published','training','quiz','3',NULL,'6f883f399eac138b7ca0d4744e8dd08c6ec4f2e16ad8c276ea3c8dece8a297dc',NULL,NULL,'{"version": 2, "blueprint": "6ad5da3c545e732cefe9cfa22930ac093992b47aeb520e2959a522cb76e1a99b"}');
INSERT INTO "event" VALUES(35,'2026-11-23T09:00:00.000000Z','user',8,'question.changed','banks','question','1','3131e6c25850da71849789d4e02d2209c8ef4c22a985274de5a0aa121ef3b56b','1f3b58151a772e8990cbc5524b80a8b7d4c6ffbd81175e18ab7c83f0fdd8febb',NULL,NULL,'{"bank": 1}');
INSERT INTO "event" VALUES(36,'2026-11-23T09:00:00.000000Z','user',8,'bank.questions_approved','banks','bank','1',NULL,'691f362eb14915823efa2d8ac4afde3c22b30cedf95389e4d6c70ae8db9636a3',NULL,NULL,'{"questions": 1}');
INSERT INTO "event" VALUES(37,'2026-11-23T09:00:00.000000Z','user',8,'quiz.draft_saved','training','quiz','1','265a9540615cc999db44ac34ac225e4cbbf222882a6a62190d26523e2d785753','85abfa5efd60ca2804340a619984c67b0ee1cf8933993bbd862c8465b31131a1',NULL,NULL,'{}');
INSERT INTO "event" VALUES(38,'2026-11-23T09:00:00.000000Z','user',8,'quiz.published','training','quiz','1',NULL,'85abfa5efd60ca2804340a619984c67b0ee1cf8933993bbd862c8465b31131a1',NULL,NULL,'{"version": 2, "blueprint": "e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c"}');
INSERT INTO "event" VALUES(39,'2026-11-23T10:00:00.000000Z','user',4,'attempt.closed','training','attempt','1',NULL,'408d659eccd2f169b587b5f26d58be1292b538e548e7545ffada27babcdabb7e',NULL,NULL,'{"state": "expired", "passed": false}');
INSERT INTO "event" VALUES(40,'2026-11-23T10:00:00.000000Z','user',4,'record.made','records','completion_record','1',NULL,'252cefc599d4edd6c8e5a8172011ce363b83050add583bb49099994486adb68f',NULL,NULL,'{"attempt": 1, "result": "failed"}');
INSERT INTO "event" VALUES(41,'2026-11-23T10:00:00.000000Z','command',NULL,'user.deactivated','people','user','5',NULL,NULL,NULL,'left','{}');
INSERT INTO "event" VALUES(42,'2026-11-23T10:00:00.000000Z','command',NULL,'link.made','people','user','2',NULL,NULL,NULL,NULL,'{"purpose": "first_access"}');
INSERT INTO "event" VALUES(43,'2026-11-23T10:00:00.000000Z','user',1,'session.started','technical','user','1',NULL,NULL,NULL,NULL,'{}');
INSERT INTO "event" VALUES(44,'2026-11-23T10:00:00.000000Z','user',1,'attempt.started','training','attempt','2',NULL,'e34081f05f9d2875556e512403d893760ac235e3eb5eaebdb4ce7229a144b99f',NULL,NULL,'{"quiz": "short-exam", "number": 1}');
INSERT INTO "event" VALUES(45,'2026-11-23T10:00:00.000000Z','user',1,'attempt.closed','training','attempt','2',NULL,'2a74117318a92ba36ac8766663c259ef614f541faef4f9568d39e48b3155ef5d',NULL,NULL,'{"state": "submitted", "passed": true}');
INSERT INTO "event" VALUES(46,'2026-11-23T10:00:00.000000Z','user',1,'signing_key.made','technical','signing_key','5baec2510da1735f',NULL,NULL,NULL,NULL,'{}');
INSERT INTO "event" VALUES(47,'2026-11-23T10:00:00.000000Z','user',1,'certificate.issued','records','certificate','1',NULL,'f29e257b1aa43f7b248ef00195ecf207fdf143741ed1c41736a83d66c78b77e9',NULL,NULL,'{"number": "26-35C1-W9YY"}');
INSERT INTO "event" VALUES(48,'2026-11-23T10:00:00.000000Z','user',1,'record.made','records','completion_record','2',NULL,'c418ef84b56dbdab8b897e4349844484d48cb3756b5f90d3ef1afa5c8c171b2d',NULL,NULL,'{"attempt": 2, "result": "passed"}');
INSERT INTO "event" VALUES(49,'2026-11-23T10:00:00.000000Z','user',2,'attempt.started','training','attempt','3',NULL,'e084556c5006703261fa3ea14e06face8fe813ab2978f146e3ceadb599625abd',NULL,NULL,'{"quiz": "short-exam", "number": 1}');
INSERT INTO "event" VALUES(50,'2026-11-23T10:00:00.000000Z','user',2,'attempt.closed','training','attempt','3',NULL,'2a74117318a92ba36ac8766663c259ef614f541faef4f9568d39e48b3155ef5d',NULL,NULL,'{"state": "submitted", "passed": true}');
INSERT INTO "event" VALUES(51,'2026-11-23T10:00:00.000000Z','user',2,'certificate.issued','records','certificate','2',NULL,'65fda6101dbc5c65f1c91fe47d0684559ebe31fffc7238a1851040300474280c',NULL,NULL,'{"number": "26-9V4N-K7Y2"}');
INSERT INTO "event" VALUES(52,'2026-11-23T10:00:00.000000Z','user',2,'record.made','records','completion_record','3',NULL,'75e47dbaefafd69347f35542122cb06e55932c5d12d51a490fa219ccd5f199ee',NULL,NULL,'{"attempt": 3, "result": "passed"}');
INSERT INTO "event" VALUES(53,'2026-11-23T10:00:00.000000Z','user',1,'attempt.started','training','attempt','4',NULL,'13e850eb4f67623e913f686075fb2e8f1b42e7b1f0879c9070db270a531a7c84',NULL,NULL,'{"quiz": "other-exam", "number": 1}');
INSERT INTO "event" VALUES(54,'2026-11-23T10:00:00.000000Z','user',1,'attempt.closed','training','attempt','4',NULL,'2a74117318a92ba36ac8766663c259ef614f541faef4f9568d39e48b3155ef5d',NULL,NULL,'{"state": "submitted", "passed": true}');
INSERT INTO "event" VALUES(55,'2026-11-23T10:00:00.000000Z','user',1,'certificate.issued','records','certificate','3',NULL,'e392e8b521f139cb263b0d9bd8e947211e4aee1c124b18b3d062b60b08b52018',NULL,NULL,'{"number": "26-CW37-3KCQ"}');
INSERT INTO "event" VALUES(56,'2026-11-23T10:00:00.000000Z','user',1,'record.made','records','completion_record','4',NULL,'e8c623cfa44eda4308a210986ee16cf06bb391b8c30599368307cbf07d657028',NULL,NULL,'{"attempt": 4, "result": "passed"}');
INSERT INTO "event" VALUES(57,'2026-11-23T10:00:00.000000Z','user',7,'attempt.started','training','attempt','5',NULL,'2a23a774132fc06566a760785969c4590a3d75b9a9b1731f40deee2d27cc0b3d',NULL,NULL,'{"quiz": "other-exam", "number": 1}');
INSERT INTO "event" VALUES(58,'2026-11-23T10:00:00.000000Z','user',7,'attempt.closed','training','attempt','5',NULL,'a0290bf300cc7b0f0f6870715b3e46dcdb327ed3dc41ffcfe9c92aac2ba0dd48',NULL,NULL,'{"state": "submitted", "passed": true}');
INSERT INTO "event" VALUES(59,'2026-11-23T10:00:00.000000Z','user',7,'certificate.issued','records','certificate','4',NULL,'48612341dc8149c41d41b59c91d2635ad0a170b92ddf2b7ffd109ea12fde85f6',NULL,NULL,'{"number": "26-ETJG-H1YR"}');
INSERT INTO "event" VALUES(60,'2026-11-23T10:00:00.000000Z','user',7,'record.made','records','completion_record','5',NULL,'9f5f50bc2ce733af930fdf953b52000f20e46257bf6613dccec6f689f287dd5e',NULL,NULL,'{"attempt": 5, "result": "passed"}');
INSERT INTO "event" VALUES(61,'2026-11-23T10:00:00.000000Z','user',3,'attempt.started','training','attempt','6',NULL,'756b4067ba9c000893523262b2b632d4c661d7ead3132b2606fe6e48baa6723b',NULL,NULL,'{"quiz": "short-exam", "number": 1}');
INSERT INTO "event" VALUES(62,'2026-11-23T10:00:00.000000Z','user',3,'attempt.closed','training','attempt','6',NULL,'408d659eccd2f169b587b5f26d58be1292b538e548e7545ffada27babcdabb7e',NULL,NULL,'{"state": "submitted", "passed": false}');
INSERT INTO "event" VALUES(63,'2026-11-23T10:00:00.000000Z','user',3,'record.made','records','completion_record','6',NULL,'48bcc95e40c0c700969014a3185515c2fe34df6a008d176425327bdba43a23b6',NULL,NULL,'{"attempt": 6, "result": "failed"}');
INSERT INTO "event" VALUES(64,'2026-11-23T10:00:00.000000Z','user',3,'attempt.started','training','attempt','7',NULL,'d3482929a0e00cf435f18204724ebc5ac98c7cc1990f3a06c9cd69fa04b391e9',NULL,NULL,'{"quiz": "other-exam", "number": 1}');
INSERT INTO "event" VALUES(65,'2026-11-23T10:00:00.000000Z','user',3,'attempt.closed','training','attempt','7',NULL,'5a6a1dfc40c8f1d450f3195b49c2f5771819cc8c90d3f7e27be7627970b970e2',NULL,NULL,'{"state": "submitted", "passed": false}');
INSERT INTO "event" VALUES(66,'2026-11-23T10:00:00.000000Z','user',3,'record.made','records','completion_record','7',NULL,'2e858997a36ef58e545ab28169cc8a697f5d0f4449fc8a74a420f28f967e8bd3',NULL,NULL,'{"attempt": 7, "result": "failed"}');
INSERT INTO "event" VALUES(67,'2026-11-23T10:00:00.000000Z','user',4,'attempt.started','training','attempt','8',NULL,'52bfa7f9503145f7b33f0002f4cc9035546ff67e5b1fe783ec7cc63efa38abbb',NULL,NULL,'{"quiz": "other-exam", "number": 1}');
INSERT INTO "event" VALUES(68,'2026-11-23T10:00:00.000000Z','user',4,'attempt.closed','training','attempt','8',NULL,'408d659eccd2f169b587b5f26d58be1292b538e548e7545ffada27babcdabb7e',NULL,NULL,'{"state": "submitted", "passed": false}');
INSERT INTO "event" VALUES(69,'2026-11-23T10:00:00.000000Z','user',4,'record.made','records','completion_record','8',NULL,'4e677e9e32635f7b0c359db987e70d1109f2729a3c4344c6a03ed638f2a2aebb',NULL,NULL,'{"attempt": 8, "result": "failed"}');
INSERT INTO "event" VALUES(70,'2026-11-23T10:00:00.000000Z','command',NULL,'certificate.revoked','records','certificate','2',NULL,NULL,NULL,'Made to be revoked.','{}');
INSERT INTO "event" VALUES(71,'2026-11-23T11:00:00.000000Z','command',NULL,'user.added','people','user','11',NULL,NULL,NULL,NULL,'{"roles": ["hr"]}');
INSERT INTO "event" VALUES(72,'2026-11-23T11:00:00.000000Z','command',NULL,'user.added','people','user','12',NULL,NULL,NULL,NULL,'{"roles": ["hr"]}');
INSERT INTO "event" VALUES(73,'2026-11-23T11:00:00.000000Z','user',11,'user.changed','people','user','3',NULL,NULL,NULL,NULL,'{"fields": ["name"]}');
INSERT INTO "event" VALUES(74,'2026-11-23T11:00:00.000000Z','user',11,'user.changed','people','user','1',NULL,NULL,NULL,NULL,'{"fields": ["email"]}');
INSERT INTO "event" VALUES(75,'2026-11-23T11:00:00.000000Z','command',NULL,'bank.member_removed','banks','bank','1',NULL,NULL,NULL,NULL,'{"user": 9}');
INSERT INTO "event" VALUES(76,'2026-11-23T11:00:00.000000Z','command',NULL,'library.member_added','training','library','1',NULL,NULL,NULL,NULL,'{"user": 10}');
INSERT INTO "event" VALUES(77,'2026-11-23T11:00:00.000000Z','command',NULL,'setting.changed','technical','setting','two_person_roles','9f3becba6e4b1583b3e19441dde4d59622537d9bd54a94d22262785e485384d0','990c23868b965814b117cf9a6c4dfe45452eadc2171e1f981865ebfc84f10724',NULL,'Two look at roles.','{"before": "off", "after": "on"}');
INSERT INTO "event" VALUES(78,'2026-11-23T11:00:00.000000Z','user',11,'proposal.asked','records','proposal','1',NULL,NULL,NULL,'As in the passport.','{"kind": "record-identity", "object": 2}');
INSERT INTO "event" VALUES(79,'2026-11-23T11:00:00.000000Z','user',12,'proposal.confirmed','records','proposal','1',NULL,NULL,NULL,NULL,'{"kind": "record-identity", "object": 2}');
INSERT INTO "event" VALUES(80,'2026-11-23T11:00:00.000000Z','user',11,'record.corrected','records','completion_record','9','c418ef84b56dbdab8b897e4349844484d48cb3756b5f90d3ef1afa5c8c171b2d','ae45e8b8f14c71c2e0ac815e6ed1a16a1ea2cae072e507086ba0d62a40683063',NULL,'As in the passport.','{"corrects": 2, "fields": ["name"], "second": 12}');
INSERT INTO "event" VALUES(81,'2026-11-23T11:00:00.000000Z','user',11,'proposal.asked','records','proposal','2',NULL,NULL,NULL,'As in the passport.','{"kind": "record-identity", "object": 4}');
INSERT INTO "event" VALUES(82,'2026-11-23T11:00:00.000000Z','user',12,'proposal.declined','records','proposal','2',NULL,NULL,NULL,'The first is right.','{"kind": "record-identity", "object": 4}');
INSERT INTO "event" VALUES(83,'2026-11-23T11:00:00.000000Z','user',11,'proposal.asked','records','proposal','3',NULL,NULL,NULL,'As in the passport.','{"kind": "record-identity", "object": 4}');
INSERT INTO "event" VALUES(84,'2026-11-23T11:00:00.000000Z','user',10,'attempt.given','training','extra_attempt','1',NULL,NULL,NULL,NULL,'{"quiz": "other-exam", "user": 4, "after": 1}');
INSERT INTO "event" VALUES(85,'2026-11-23T11:00:00.000000Z','user',10,'attempt.given','training','extra_attempt','2',NULL,NULL,NULL,NULL,'{"quiz": "other-exam", "user": 3, "after": 1}');
INSERT INTO "event" VALUES(86,'2026-11-24T11:00:00.000000Z','user',1,'attempt.started','training','attempt','9',NULL,'364f553fca16f3796c6aae26901ea7049753cb40b0b2bbe146c7a1c507ff940f',NULL,NULL,'{"quiz": "other-exam", "number": 2}');
INSERT INTO "event" VALUES(87,'2026-11-24T11:00:00.000000Z','user',1,'attempt.closed','training','attempt','9',NULL,'2a74117318a92ba36ac8766663c259ef614f541faef4f9568d39e48b3155ef5d',NULL,NULL,'{"state": "submitted", "passed": true}');
INSERT INTO "event" VALUES(88,'2026-11-24T11:00:00.000000Z','user',1,'certificate.issued','records','certificate','5',NULL,'cfe26d04de638d18f54b719f341754f885617a6053542f015cdfb5d600da664c',NULL,NULL,'{"number": "26-MT5M-2B22"}');
INSERT INTO "event" VALUES(89,'2026-11-24T11:00:00.000000Z','user',1,'record.made','records','completion_record','10',NULL,'082e2611631dbf493705f03167a7fb4d17f90af6255de3b30382418fecf46948',NULL,NULL,'{"attempt": 9, "result": "passed"}');
INSERT INTO "event" VALUES(90,'2026-11-24T11:00:00.000000Z','user',4,'attempt.started','training','attempt','10',NULL,'517581f8caeb4e5516d4d85faa030e12cd2f558048d0571cbeba89171167c26d',NULL,NULL,'{"quiz": "other-exam", "number": 2}');
INSERT INTO "event" VALUES(91,'2026-11-24T11:00:00.000000Z','user',4,'attempt.closed','training','attempt','10',NULL,'2a74117318a92ba36ac8766663c259ef614f541faef4f9568d39e48b3155ef5d',NULL,NULL,'{"state": "submitted", "passed": true}');
INSERT INTO "event" VALUES(92,'2026-11-24T11:00:00.000000Z','user',4,'certificate.issued','records','certificate','6',NULL,'e3cdda96b1c43ac73166d1705d1ce11a44d758fd7414d86b8fde903fb7804c94',NULL,NULL,'{"number": "26-JR31-X4QN"}');
INSERT INTO "event" VALUES(93,'2026-11-24T11:00:00.000000Z','user',4,'record.made','records','completion_record','11',NULL,'f4debea59d7ac6335d298deab624ebd275f96a7c4eae1fd51a4e4b35e8d80d78',NULL,NULL,'{"attempt": 10, "result": "passed"}');
INSERT INTO "event" VALUES(94,'2026-11-24T11:00:00.000000Z','user',2,'attempt.started','training','attempt','11',NULL,'4df1ca0193a0e20f1306f30ea75044954fb5fbc55db1b7944b9e443f8a2ef622',NULL,NULL,'{"quiz": "short-practice", "number": 1}');
INSERT INTO "event" VALUES(95,'2026-11-24T11:00:00.000000Z','user',2,'attempt.closed','training','attempt','11',NULL,'810a16dcdbfb3dc80f1e818ee91f06c55d3ff1211536040f4789726cf4ba32f2',NULL,NULL,'{"state": "submitted"}');
INSERT INTO "event" VALUES(96,'2026-11-24T11:00:00.000000Z','user',6,'attempt.started','training','attempt','12',NULL,'349304b5d9e56b6d67605bde46d716c96a59fd8d5125851fb7b8ccd2c06864f4',NULL,NULL,'{"quiz": "other-practice", "number": 1}');
INSERT INTO "event" VALUES(97,'2026-11-24T11:00:00.000000Z','user',6,'attempt.closed','training','attempt','12',NULL,'810a16dcdbfb3dc80f1e818ee91f06c55d3ff1211536040f4789726cf4ba32f2',NULL,NULL,'{"state": "submitted"}');
INSERT INTO "event" VALUES(98,'2026-11-24T11:00:00.000000Z','user',10,'question.added','banks','question','19',NULL,'65b65aa3be240ea5ab926e59eedb15f837ad3d1ed797b0568c958f0c26d4e51c',NULL,NULL,'{"bank": 2, "version": 20}');
INSERT INTO "event" VALUES(99,'2026-11-24T11:00:00.000000Z','user',10,'question.added','banks','question','20',NULL,'f7a8ff145d5af378d98866c710ef8e61ffdf6beb3549b0fdc7fb87b50cb1f7af',NULL,NULL,'{"bank": 2, "version": 21}');
INSERT INTO "event" VALUES(100,'2026-11-24T11:00:00.000000Z','user',10,'question.added','banks','question','21',NULL,'cc2b6e1d39067513e397a0cea042c842cb6039e64b2a43dd40fbef15f47070ff',NULL,NULL,'{"bank": 2, "version": 22}');
INSERT INTO "event" VALUES(101,'2026-11-24T11:00:00.000000Z','user',10,'question.added','banks','question','22',NULL,'44d84f3e297c676b205be2fcd02151f44cf8ff690c93820941568c7c1fc34bf3',NULL,NULL,'{"bank": 2, "version": 23}');
INSERT INTO "event" VALUES(102,'2026-11-24T11:00:00.000000Z','user',10,'question.added','banks','question','23',NULL,'b152d50b332e9f353bad53e031b1c127f16cc09ca24354e092b8eb993f5fb6e0',NULL,NULL,'{"bank": 2, "version": 24}');
INSERT INTO "event" VALUES(103,'2026-11-24T11:00:00.000000Z','user',10,'question.added','banks','question','24',NULL,'0c67c2285daf75b9f8159f2f163b6cb637f597a1d798f85b2cfd21164ccd984b',NULL,NULL,'{"bank": 2, "version": 25}');
INSERT INTO "event" VALUES(104,'2026-11-24T11:00:00.000000Z','user',10,'question.added','banks','question','25',NULL,'7d786d75394fb03228712a8eaab2863911f78942243926fcf397152383158b08',NULL,NULL,'{"bank": 2, "version": 26}');
INSERT INTO "event" VALUES(105,'2026-11-24T11:00:00.000000Z','user',10,'question.added','banks','question','26',NULL,'c20b8e6b83a076ec5cb70abd53fc326b7380705a907b7fea1140be430cbb63a8',NULL,NULL,'{"bank": 2, "version": 27}');
INSERT INTO "event" VALUES(106,'2026-11-24T11:00:00.000000Z','user',10,'question.added','banks','question','27',NULL,'6c32678fa5be51723536ddeb0c34fd08141f70e9030fe3c246a8fdbe0c21c003',NULL,NULL,'{"bank": 2, "version": 28}');
INSERT INTO "event" VALUES(107,'2026-11-24T11:00:00.000000Z','user',10,'question.added','banks','question','28',NULL,'4203e9c2eac64dc6aa8c8d7ad7620b039f9f5623a79833aa9ac1bbf6e3c827fb',NULL,NULL,'{"bank": 2, "version": 29}');
INSERT INTO "event" VALUES(108,'2026-11-24T11:00:00.000000Z','user',10,'question.added','banks','question','29',NULL,'f82cfcb4b91d67b69a1b9f6a7100b1ea164a0ac7e9e922db6b9c6288ea9cb89c',NULL,NULL,'{"bank": 2, "version": 30}');
INSERT INTO "event" VALUES(109,'2026-11-24T11:00:00.000000Z','user',10,'question.added','banks','question','30',NULL,'4e27b082c0415dd4984b734765680963ea77c8311ef10599dcc58f54eda0aec0',NULL,NULL,'{"bank": 2, "version": 31}');
INSERT INTO "event" VALUES(110,'2026-11-24T11:00:00.000000Z','user',10,'question.added','banks','question','31',NULL,'96c5162f305fd22ee3665d0c8f160a7902b20d33e3f630968a5dd32519093084',NULL,NULL,'{"bank": 2, "version": 32}');
INSERT INTO "event" VALUES(111,'2026-11-24T11:00:00.000000Z','user',10,'question.added','banks','question','32',NULL,'21031b2f10adf390689c62222d371e87e39af0bdd03c1356592533285ee101c7',NULL,NULL,'{"bank": 2, "version": 33}');
INSERT INTO "event" VALUES(112,'2026-11-24T11:00:00.000000Z','user',6,'attempt.started','training','attempt','13',NULL,'107cb10e2b6d8394113d8f73cd61632130e4863586ee5cb5f632aa0b80ac1317',NULL,NULL,'{"quiz": "short-exam", "number": 1}');
INSERT INTO "event" VALUES(113,'2026-11-24T11:00:00.000000Z','user',6,'session.started','technical','user','6',NULL,NULL,NULL,NULL,'{}');
CREATE TABLE extra_attempt (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    quiz_id INTEGER NOT NULL,
    after_number INTEGER NOT NULL,
    given_at VARCHAR(32) NOT NULL,
    giver_kind TEXT NOT NULL,
    given_by INTEGER,
    reason TEXT NOT NULL,
    CONSTRAINT ck_extra_attempt_given_by_another CHECK (given_by IS NULL OR given_by <> user_id),
    CONSTRAINT ck_extra_attempt_given_by_somebody CHECK ((giver_kind = 'user') = (given_by IS NOT NULL)),
    CONSTRAINT fk_extra_attempt_given_by FOREIGN KEY(given_by) REFERENCES user (id),
    CONSTRAINT fk_extra_attempt_user_id_quiz_id_after_number FOREIGN KEY(user_id, quiz_id, after_number) REFERENCES attempt (user_id, quiz_id, number),
    CONSTRAINT pk_extra_attempt PRIMARY KEY (id),
    CONSTRAINT uq_extra_attempt_user_id_quiz_id_after_number UNIQUE (user_id, quiz_id, after_number)
);
INSERT INTO "extra_attempt" VALUES(1,4,3,1,'2026-11-23T11:00:00.000000Z','user',10,'The lights went out.');
INSERT INTO "extra_attempt" VALUES(2,3,3,1,'2026-11-23T11:00:00.000000Z','user',10,'The form was torn.');
CREATE TABLE "fact" (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    current_version_id INTEGER,
    library_id INTEGER NOT NULL,
    CONSTRAINT fk_fact_current_version_id FOREIGN KEY(current_version_id) REFERENCES fact_version (id),
    CONSTRAINT fk_fact_library_id FOREIGN KEY(library_id) REFERENCES library (id),
    CONSTRAINT pk_fact PRIMARY KEY (id),
    CONSTRAINT uq_fact_library_id_code UNIQUE (library_id, code)
);
INSERT INTO "fact" VALUES(1,'A1',1,1);
INSERT INTO "fact" VALUES(2,'A2',2,1);
INSERT INTO "fact" VALUES(3,'A1',3,2);
INSERT INTO "fact" VALUES(4,'A2',4,2);
CREATE TABLE fact_version (
    id INTEGER NOT NULL,
    fact_id INTEGER NOT NULL,
    statement TEXT NOT NULL,
    topic TEXT NOT NULL,
    edition_id INTEGER,
    clause TEXT NOT NULL,
    reference TEXT NOT NULL,
    difficulty INTEGER NOT NULL,
    review_due DATE,
    module_code TEXT,
    paragraph TEXT,
    content_hash TEXT NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    CONSTRAINT fk_fact_version_edition_id FOREIGN KEY(edition_id) REFERENCES edition (id),
    CONSTRAINT fk_fact_version_fact_id FOREIGN KEY(fact_id) REFERENCES fact (id),
    CONSTRAINT pk_fact_version PRIMARY KEY (id),
    CONSTRAINT uq_fact_version_fact_id_content_hash UNIQUE (fact_id, content_hash)
);
INSERT INTO "fact_version" VALUES(1,1,'Certification bodies audit and certify; ISO writes standards.','iso',NULL,'','common knowledge',1,'2027-05-31','M1','who','28d6173e115a66305fd93cc3a1f352e500b4d7411fe95a2e79754f3dba3b4c3a','2026-11-23T09:00:00.000000Z');
INSERT INTO "fact_version" VALUES(2,2,'A certificate of a management system usually runs for three years.','iso',NULL,'','common knowledge',1,'2027-05-31','M1','when','3a35a5045c64865819cf7569ec7a5972a2114f24d5d01ea15b194e436815d40d','2026-11-23T09:00:00.000000Z');
INSERT INTO "fact_version" VALUES(3,3,'Certification bodies audit and certify; ISO writes standards.','iso',NULL,'','common knowledge',1,'2027-05-31','M1','who','28d6173e115a66305fd93cc3a1f352e500b4d7411fe95a2e79754f3dba3b4c3a','2026-11-23T09:00:00.000000Z');
INSERT INTO "fact_version" VALUES(4,4,'A certificate of a management system usually runs for three years.','iso',NULL,'','common knowledge',1,'2027-05-31','M1','when','3a35a5045c64865819cf7569ec7a5972a2114f24d5d01ea15b194e436815d40d','2026-11-23T09:00:00.000000Z');
CREATE TABLE failed_tries (
    user_id INTEGER NOT NULL,
    count INTEGER NOT NULL,
    last_at VARCHAR(32) NOT NULL,
    before_at VARCHAR(32),
    CONSTRAINT fk_failed_tries_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_failed_tries PRIMARY KEY (user_id)
);
CREATE TABLE form (
    attempt_id INTEGER NOT NULL,
    algorithm TEXT NOT NULL,
    seed TEXT NOT NULL,
    pools JSON NOT NULL,
    history JSON NOT NULL,
    hash TEXT NOT NULL,
    receipt JSON NOT NULL, marking TEXT NOT NULL DEFAULT 'shares-1', narrowed JSON,
    CONSTRAINT fk_form_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id),
    CONSTRAINT pk_form PRIMARY KEY (attempt_id)
);
INSERT INTO "form" VALUES(1,'isotrain-draw-2','5feceb66ffc86f38d952786c6d696c79','["73d5fcfda045dcb1fbabdc7527a4510c65bda6409294eea0ffb0e61f2ffb583e"]','{}','54fde85becf23f7f3583b3f52b3ccedf6a3da7584f1defd73fdda7aecd413ba8','{"algorithm": "isotrain-draw-2", "blueprint": "e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c", "pools": ["73d5fcfda045dcb1fbabdc7527a4510c65bda6409294eea0ffb0e61f2ffb583e"], "seed": "5feceb66ffc86f38d952786c6d696c79", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "54fde85becf23f7f3583b3f52b3ccedf6a3da7584f1defd73fdda7aecd413ba8", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[2, 1, "en", 1, "multiple_choice-balanced-1"], [7, 1, "en", 1, "single_choice-1"], [1, 1, "en", 1, "single_choice-1"], [3, 1, "en", 1, "true_false-1"], [5, 1, "en", 1, "multiple_choice-balanced-1"]]}','shares-1',NULL);
INSERT INTO "form" VALUES(2,'isotrain-draw-2','2c624232cdd221771294dfbb310aca00','["39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2"]','{}','0853b3caa7bb48a03a5ce709606f806aa7c346163d3b529f2eec8587af401a2a','{"algorithm": "isotrain-draw-2", "blueprint": "e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c", "pools": ["39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2"], "seed": "2c624232cdd221771294dfbb310aca00", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "0853b3caa7bb48a03a5ce709606f806aa7c346163d3b529f2eec8587af401a2a", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[2, 1, "en", 1, "multiple_choice-balanced-1"], [3, 1, "en", 1, "true_false-1"], [5, 1, "en", 1, "multiple_choice-balanced-1"], [7, 1, "en", 1, "single_choice-1"], [4, 1, "en", 1, "single_choice-1"]]}','shares-1',NULL);
INSERT INTO "form" VALUES(3,'isotrain-draw-2','4523540f1504cd17100c4835e85b7eef','["39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2"]','{}','506e2ee63ad60a9a9132b0cb5935afa342a6e47e748c3eecf632ae2e651e729e','{"algorithm": "isotrain-draw-2", "blueprint": "e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c", "pools": ["39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2"], "seed": "4523540f1504cd17100c4835e85b7eef", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "506e2ee63ad60a9a9132b0cb5935afa342a6e47e748c3eecf632ae2e651e729e", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[4, 1, "en", 1, "single_choice-1"], [3, 1, "en", 1, "true_false-1"], [6, 1, "en", 1, "true_false-1"], [7, 1, "en", 1, "single_choice-1"], [1, 2, "en", 1, "single_choice-1"]]}','shares-1',NULL);
INSERT INTO "form" VALUES(4,'isotrain-draw-2','5f9c4ab08cac7457e9111a30e4664920','["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"]','{}','b681e97b77d9a89fc7fb8d17b5c6c7a0e68e83d3499f25aebf15565c1897f2cb','{"algorithm": "isotrain-draw-2", "blueprint": "6ad5da3c545e732cefe9cfa22930ac093992b47aeb520e2959a522cb76e1a99b", "pools": ["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"], "seed": "5f9c4ab08cac7457e9111a30e4664920", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "b681e97b77d9a89fc7fb8d17b5c6c7a0e68e83d3499f25aebf15565c1897f2cb", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[11, 1, "en", 1, "multiple_choice-balanced-1"], [13, 1, "en", 1, "single_choice-1"], [16, 1, "en", 1, "single_choice-1"], [10, 1, "en", 1, "single_choice-1"], [14, 1, "en", 1, "multiple_choice-balanced-1"]]}','shares-1',NULL);
INSERT INTO "form" VALUES(5,'isotrain-draw-2','9f14025af0065b30e47e23ebb3b491d3','["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"]','{}','36eb6cfc9d4518befe1fa7716e7d3d1e861e1368bf41b8d47ce3c449ed0f5a00','{"algorithm": "isotrain-draw-2", "blueprint": "6ad5da3c545e732cefe9cfa22930ac093992b47aeb520e2959a522cb76e1a99b", "pools": ["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"], "seed": "9f14025af0065b30e47e23ebb3b491d3", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "36eb6cfc9d4518befe1fa7716e7d3d1e861e1368bf41b8d47ce3c449ed0f5a00", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[16, 1, "en", 1, "single_choice-1"], [15, 1, "en", 1, "true_false-1"], [13, 1, "en", 1, "single_choice-1"], [12, 1, "en", 1, "true_false-1"], [11, 1, "en", 1, "multiple_choice-balanced-1"]]}','shares-1',NULL);
INSERT INTO "form" VALUES(6,'isotrain-draw-2','71ee45a3c0db9a9865f7313dd3372cf6','["39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2"]','{}','be57bb62b6629828a8e50f83b6d8904fd53a77bc28ed7c42a78a2aba5b46ffa4','{"algorithm": "isotrain-draw-2", "blueprint": "e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c", "pools": ["39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2"], "seed": "71ee45a3c0db9a9865f7313dd3372cf6", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "be57bb62b6629828a8e50f83b6d8904fd53a77bc28ed7c42a78a2aba5b46ffa4", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[7, 1, "en", 1, "single_choice-1"], [4, 1, "en", 1, "single_choice-1"], [3, 1, "en", 1, "true_false-1"], [5, 1, "en", 1, "multiple_choice-balanced-1"], [1, 2, "en", 1, "single_choice-1"]]}','shares-1',NULL);
INSERT INTO "form" VALUES(7,'isotrain-draw-2','0e17daca5f3e175f448bacace3bc0da4','["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"]','{}','70155ec0511f4eda901628988aa5e9bb8ec6f42ca9ca4c8bc18b071d34362742','{"algorithm": "isotrain-draw-2", "blueprint": "6ad5da3c545e732cefe9cfa22930ac093992b47aeb520e2959a522cb76e1a99b", "pools": ["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"], "seed": "0e17daca5f3e175f448bacace3bc0da4", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "70155ec0511f4eda901628988aa5e9bb8ec6f42ca9ca4c8bc18b071d34362742", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[14, 1, "en", 1, "multiple_choice-balanced-1"], [16, 1, "en", 1, "single_choice-1"], [11, 1, "en", 1, "multiple_choice-balanced-1"], [10, 1, "en", 1, "single_choice-1"], [12, 1, "en", 1, "true_false-1"]]}','shares-1',NULL);
INSERT INTO "form" VALUES(8,'isotrain-draw-2','2fca346db656187102ce806ac732e06a','["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"]','{}','b7a46b7f4ce6d1ca307df12f4646acf46295a39d86ed9ef0d8a5606f427488e6','{"algorithm": "isotrain-draw-2", "blueprint": "6ad5da3c545e732cefe9cfa22930ac093992b47aeb520e2959a522cb76e1a99b", "pools": ["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"], "seed": "2fca346db656187102ce806ac732e06a", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "b7a46b7f4ce6d1ca307df12f4646acf46295a39d86ed9ef0d8a5606f427488e6", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[11, 1, "en", 1, "multiple_choice-balanced-1"], [12, 1, "en", 1, "true_false-1"], [16, 1, "en", 1, "single_choice-1"], [14, 1, "en", 1, "multiple_choice-balanced-1"], [13, 1, "en", 1, "single_choice-1"]]}','shares-1',NULL);
INSERT INTO "form" VALUES(9,'isotrain-draw-2','da4ea2a5506f2693eae190d9360a1f31','["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"]','{"10": 1, "11": 1, "13": 1, "14": 1, "16": 1}','85f0aa67bbdae3d246d55a303cb59d56cee63e9401be5e97a9432072d32ce377','{"algorithm": "isotrain-draw-2", "blueprint": "6ad5da3c545e732cefe9cfa22930ac093992b47aeb520e2959a522cb76e1a99b", "pools": ["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"], "seed": "da4ea2a5506f2693eae190d9360a1f31", "history": "bc97e38e52175694399f5ea7241a77567975b9997b6fb1dfbf5b8c00583e5e5f", "form": "85f0aa67bbdae3d246d55a303cb59d56cee63e9401be5e97a9432072d32ce377", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[12, 1, "en", 1, "true_false-1"], [13, 1, "en", 1, "single_choice-1"], [11, 1, "en", 1, "multiple_choice-balanced-1"], [15, 1, "en", 1, "true_false-1"], [16, 1, "en", 1, "single_choice-1"]]}','shares-1',NULL);
INSERT INTO "form" VALUES(10,'isotrain-draw-2','8722616204217eddb39e7df969e0698a','["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"]','{"11": 1, "12": 1, "13": 1, "14": 1, "16": 1}','b9e10d605536f2390f88fcca601a8972c458dd48f0d8bd2f9c667dc82de61c50','{"algorithm": "isotrain-draw-2", "blueprint": "6ad5da3c545e732cefe9cfa22930ac093992b47aeb520e2959a522cb76e1a99b", "pools": ["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"], "seed": "8722616204217eddb39e7df969e0698a", "history": "994b40723c72870c827c74cfcb59623b70a55d50a967dafd8d4751a05964aabe", "form": "b9e10d605536f2390f88fcca601a8972c458dd48f0d8bd2f9c667dc82de61c50", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[11, 1, "en", 1, "multiple_choice-balanced-1"], [10, 1, "en", 1, "single_choice-1"], [14, 1, "en", 1, "multiple_choice-balanced-1"], [15, 1, "en", 1, "true_false-1"], [12, 1, "en", 1, "true_false-1"]]}','shares-1',NULL);
INSERT INTO "form" VALUES(11,'isotrain-draw-2','5316ca1c5ddca8e6ceccfce58f3b8540','["39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2"]','{}','a0d2cf6c119c1d8e659c7190ea91c788750fa849e07738377171e48f7f69ae6b','{"algorithm": "isotrain-draw-2", "blueprint": "58df14425becadd6da9df2798729d67429c95fe65045bbffaece9a9b62b365d5", "pools": ["39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2"], "seed": "5316ca1c5ddca8e6ceccfce58f3b8540", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "a0d2cf6c119c1d8e659c7190ea91c788750fa849e07738377171e48f7f69ae6b", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[9, 1, "en", 1, "true_false-1"]]}','shares-1',NULL);
INSERT INTO "form" VALUES(12,'isotrain-draw-2','a46e37632fa6ca51a13fe39a567b3c23','["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"]','{}','dee96b12c43c1dfe501c380de8593a58da614a6aff890603cefa66d8335c3ab8','{"algorithm": "isotrain-draw-2", "blueprint": "ea4fdc9ca0519fbca858b2bfd6b90172ec4a69d800d7267d38b08224a9d7605c", "pools": ["0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5"], "seed": "a46e37632fa6ca51a13fe39a567b3c23", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "dee96b12c43c1dfe501c380de8593a58da614a6aff890603cefa66d8335c3ab8", "narrowed": ["iso"], "receipt": "isotrain-receipt-2", "language": "en", "questions": [[17, 1, "en", 1, "multiple_choice-balanced-1"]]}','shares-1','["iso"]');
INSERT INTO "form" VALUES(13,'isotrain-draw-2','bbb965ab0c80d6538cf2184babad2a56','["39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2"]','{}','1e8a7efd3e153d7c6d1c72eb343491af4be4796f00933db09a3fdb035766206b','{"algorithm": "isotrain-draw-2", "blueprint": "e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c", "pools": ["39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2"], "seed": "bbb965ab0c80d6538cf2184babad2a56", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "1e8a7efd3e153d7c6d1c72eb343491af4be4796f00933db09a3fdb035766206b", "receipt": "isotrain-receipt-2", "language": "en", "questions": [[1, 2, "en", 1, "single_choice-1"], [3, 1, "en", 1, "true_false-1"], [5, 1, "en", 1, "multiple_choice-balanced-1"], [2, 1, "en", 1, "multiple_choice-balanced-1"], [6, 1, "en", 1, "true_false-1"]]}','shares-1',NULL);
CREATE TABLE former_identity (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    personnel_no TEXT NOT NULL,
    until_at VARCHAR(32) NOT NULL,
    CONSTRAINT fk_former_identity_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_former_identity PRIMARY KEY (id)
);
INSERT INTO "former_identity" VALUES(1,3,'Chi Nguyễn','1003','2026-11-23T11:00:00.000000Z');
CREATE TABLE half_way (
    id INTEGER NOT NULL,
    token_hash TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    begun_at VARCHAR(32) NOT NULL,
    CONSTRAINT fk_half_way_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_half_way PRIMARY KEY (id),
    CONSTRAINT uq_half_way_token_hash UNIQUE (token_hash)
);
CREATE TABLE headcount (
    kind TEXT NOT NULL,
    place_id INTEGER NOT NULL,
    day DATE NOT NULL,
    change INTEGER NOT NULL,
    CONSTRAINT ck_headcount_kind_known CHECK (kind IN ('unit','site')),
    CONSTRAINT pk_headcount PRIMARY KEY (kind, place_id, day)
);
INSERT INTO "headcount" VALUES('site',1,'0001-01-01',6);
INSERT INTO "headcount" VALUES('unit',1,'0001-01-01',3);
INSERT INTO "headcount" VALUES('unit',2,'0001-01-01',3);
CREATE TABLE identity (
    user_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    personnel_no TEXT NOT NULL,
    email TEXT,
    CONSTRAINT fk_identity_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_identity PRIMARY KEY (user_id)
);
INSERT INTO "identity" VALUES(1,'Ada Ångström','ada ångström','1001','ada@example.com');
INSERT INTO "identity" VALUES(2,'Bela O''Neill','bela o''neill','1002',NULL);
INSERT INTO "identity" VALUES(3,'Chi Nguyen','chi nguyen','1003',NULL);
INSERT INTO "identity" VALUES(4,'Dee Expired','dee expired','1004',NULL);
INSERT INTO "identity" VALUES(5,'Eli Left','eli left','1005',NULL);
INSERT INTO "identity" VALUES(6,'Fay Sitting','fay sitting','1006',NULL);
INSERT INTO "identity" VALUES(7,'Ada Ångström','ada ångström','1007',NULL);
INSERT INTO "identity" VALUES(8,'Gus Publishing','gus publishing','2001',NULL);
INSERT INTO "identity" VALUES(9,'Hal Looking On','hal looking on','2002',NULL);
INSERT INTO "identity" VALUES(10,'Ivy Elsewhere','ivy elsewhere','2003',NULL);
INSERT INTO "identity" VALUES(11,'Kim Office','kim office','3001',NULL);
INSERT INTO "identity" VALUES(12,'Lou Office','lou office','3002',NULL);
CREATE TABLE job (
    name TEXT NOT NULL,
    held_by TEXT,
    held_until VARCHAR(32),
    next_at VARCHAR(32),
    began_at VARCHAR(32),
    ended_at VARCHAR(32),
    outcome TEXT,
    sentence TEXT,
    done INTEGER NOT NULL,
    CONSTRAINT ck_job_held_by_somebody CHECK ((held_by IS NULL) = (held_until IS NULL)),
    CONSTRAINT ck_job_outcome_known CHECK (outcome IN ('ok','failed')),
    CONSTRAINT pk_job PRIMARY KEY (name)
);
CREATE TABLE job_role (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    CONSTRAINT pk_job_role PRIMARY KEY (id),
    CONSTRAINT uq_job_role_code UNIQUE (code)
);
INSERT INTO "job_role" VALUES(1,'OPER','Operator');
CREATE TABLE key_seen (
    bank_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    CONSTRAINT fk_key_seen_bank_id FOREIGN KEY(bank_id) REFERENCES bank (id),
    CONSTRAINT fk_key_seen_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_key_seen PRIMARY KEY (bank_id, user_id)
);
INSERT INTO "key_seen" VALUES(1,9);
CREATE TABLE "late_answer" (
    id INTEGER NOT NULL,
    attempt_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    response JSON,
    rev INTEGER NOT NULL,
    received_at VARCHAR(32) NOT NULL,
    after_result BOOLEAN,
    CONSTRAINT fk_late_answer_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id),
    CONSTRAINT pk_late_answer PRIMARY KEY (id),
    CONSTRAINT uq_late_answer_attempt_id_position UNIQUE (attempt_id, position)
);
INSERT INTO "late_answer" VALUES(1,1,2,'"c"',1,'2026-11-23T10:00:00.000000Z',0);
INSERT INTO "late_answer" VALUES(2,12,1,'["c"]',1,'2026-11-24T11:00:00.000000Z',0);
CREATE TABLE library (
    id INTEGER NOT NULL,
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    topics JSON NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    CONSTRAINT pk_library PRIMARY KEY (id),
    CONSTRAINT uq_library_slug UNIQUE (slug)
);
INSERT INTO "library" VALUES(1,'short','A short course','en','[{"id": "iso", "title": "What ISO is"}]','2026-11-23T09:00:00.000000Z');
INSERT INTO "library" VALUES(2,'other','A other course','en','[{"id": "iso", "title": "What ISO is"}]','2026-11-23T09:00:00.000000Z');
CREATE TABLE "library_member" (
    library_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    role TEXT NOT NULL,
    since VARCHAR(32),
    added_by INTEGER,
    CONSTRAINT ck_library_member_role_known CHECK (role IN ('owner','member')),
    CONSTRAINT fk_library_member_added_by FOREIGN KEY(added_by) REFERENCES user (id),
    CONSTRAINT fk_library_member_library_id FOREIGN KEY(library_id) REFERENCES library (id),
    CONSTRAINT fk_library_member_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_library_member PRIMARY KEY (library_id, user_id)
);
INSERT INTO "library_member" VALUES(1,10,'owner','2026-11-23T11:00:00.000000Z',NULL);
CREATE TABLE "module" (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    slug TEXT NOT NULL,
    library_id INTEGER NOT NULL,
    current_version_id INTEGER,
    CONSTRAINT fk_module_current_version_id FOREIGN KEY(current_version_id) REFERENCES module_version (id),
    CONSTRAINT fk_module_library_id FOREIGN KEY(library_id) REFERENCES library (id),
    CONSTRAINT pk_module PRIMARY KEY (id),
    CONSTRAINT uq_module_library_id_code UNIQUE (library_id, code),
    CONSTRAINT uq_module_library_id_slug UNIQUE (library_id, slug)
);
INSERT INTO "module" VALUES(1,'M1','short',1,1);
INSERT INTO "module" VALUES(2,'M1','short',2,2);
CREATE TABLE module_picture (
    version_id INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    CONSTRAINT fk_module_picture_sha256 FOREIGN KEY(sha256) REFERENCES picture (sha256),
    CONSTRAINT fk_module_picture_version_id FOREIGN KEY(version_id) REFERENCES module_version (id),
    CONSTRAINT pk_module_picture PRIMARY KEY (version_id, sha256)
);
CREATE TABLE module_version (
    id INTEGER NOT NULL,
    module_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    title TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    content JSON NOT NULL,
    content_hash TEXT NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    CONSTRAINT fk_module_version_module_id FOREIGN KEY(module_id) REFERENCES module (id),
    CONSTRAINT pk_module_version PRIMARY KEY (id),
    CONSTRAINT uq_module_version_module_id_content_hash UNIQUE (module_id, content_hash)
);
INSERT INTO "module_version" VALUES(1,1,1,'Who and when',1,'{"id": "M1", "slug": "short", "title": "Who and when", "goal": "Say who certifies, and when.", "minutes": 1, "standards": ["iso-9001-2015"], "terms": ["body"], "facts": ["A1", "A2"], "often_said": [{"said": "ISO certified us.", "precise": "A certification body did.", "facts": ["A1"]}], "review": [{"id": "M1-R1", "question": "Who certifies?", "answer": "A certification body.", "points": ["not ISO"], "facts": ["A1"]}], "related": [], "body": "## Who certifies {#who}\n\nISO writes standards; a certification body audits and certifies [A1].\n\n## For how long {#when}\n\nA certificate of a management system usually runs for three years [A2].\n\n## What it means {#meaning}\n\nA certificate says that a system conformed when it was audited.\n\n## What it does not mean {#limits}\n\nIt says nothing about a single product."}','330d93b22ff3dbd91d63c43e2f1d6d675ed3568ef068675dff2848a9b68c7e84','2026-11-23T09:00:00.000000Z');
INSERT INTO "module_version" VALUES(2,2,1,'Who and when',1,'{"id": "M1", "slug": "short", "title": "Who and when", "goal": "Say who certifies, and when.", "minutes": 1, "standards": ["iso-9001-2015"], "terms": ["body"], "facts": ["A1", "A2"], "often_said": [{"said": "ISO certified us.", "precise": "A certification body did.", "facts": ["A1"]}], "review": [{"id": "M1-R1", "question": "Who certifies?", "answer": "A certification body.", "points": ["not ISO"], "facts": ["A1"]}], "related": [], "body": "## Who certifies {#who}\n\nISO writes standards; a certification body audits and certifies [A1].\n\n## For how long {#when}\n\nA certificate of a management system usually runs for three years [A2].\n\n## What it means {#meaning}\n\nA certificate says that a system conformed when it was audited.\n\n## What it does not mean {#limits}\n\nIt says nothing about a single product."}','330d93b22ff3dbd91d63c43e2f1d6d675ed3568ef068675dff2848a9b68c7e84','2026-11-23T09:00:00.000000Z');
CREATE TABLE one_time_link (
    id INTEGER NOT NULL,
    token_hash TEXT NOT NULL,
    purpose TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    expires_at VARCHAR(32) NOT NULL,
    used_at VARCHAR(32), maker_kind TEXT, maker_id INTEGER, code_hash TEXT,
    CONSTRAINT ck_one_time_link_purpose_known CHECK (purpose IN ('first_access','reset')),
    CONSTRAINT fk_one_time_link_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_one_time_link PRIMARY KEY (id),
    CONSTRAINT uq_one_time_link_token_hash UNIQUE (token_hash)
);
INSERT INTO "one_time_link" VALUES(1,'ef01aedc925591108a6975af4d7c468a5895c4ccb110aaa888a698b1ad260d15','first_access',2,'2026-11-23T10:00:00.000000Z','2026-12-07T10:00:00.000000Z',NULL,'command',NULL,'70581b73b43a5c04fcf7be3dc0f856992eb536c6b1b035b9e87b72b17eb3529c');
CREATE TABLE outgoing_mail (
    id INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    kind TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    params JSON NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    next_try_at VARCHAR(32) NOT NULL,
    sent_at VARCHAR(32),
    last_error TEXT, erased_at VARCHAR(32),
    CONSTRAINT ck_outgoing_mail_state_known CHECK (state IN ('waiting','sent','failed','dropped')),
    CONSTRAINT pk_outgoing_mail PRIMARY KEY (id),
    CONSTRAINT uq_outgoing_mail_key UNIQUE ("key")
);
CREATE TABLE passkey (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    credential_id BLOB NOT NULL,
    public_key BLOB NOT NULL,
    sign_count INTEGER NOT NULL,
    transports JSON NOT NULL,
    label TEXT NOT NULL,
    added_at VARCHAR(32) NOT NULL,
    used_at VARCHAR(32),
    CONSTRAINT fk_passkey_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_passkey PRIMARY KEY (id),
    CONSTRAINT uq_passkey_credential_id UNIQUE (credential_id)
);
CREATE TABLE passkey_challenge (
    place TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    challenge BLOB NOT NULL,
    asked_at VARCHAR(32) NOT NULL,
    CONSTRAINT fk_passkey_challenge_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_passkey_challenge PRIMARY KEY (place)
);
CREATE TABLE password (
    user_id INTEGER NOT NULL,
    hash TEXT NOT NULL,
    changed_at VARCHAR(32) NOT NULL,
    CONSTRAINT fk_password_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_password PRIMARY KEY (user_id)
);
CREATE TABLE "people_import" (
    id INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    file_name TEXT NOT NULL,
    applied_at VARCHAR(32) NOT NULL,
    applied_by INTEGER,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    deactivated INTEGER NOT NULL,
    state TEXT NOT NULL,
    last_step_at VARCHAR(32),
    CONSTRAINT ck_people_import_state_known CHECK (state IN ('running','done','broken')),
    CONSTRAINT fk_people_import_applied_by FOREIGN KEY(applied_by) REFERENCES user (id),
    CONSTRAINT pk_people_import PRIMARY KEY (id)
);
CREATE TABLE people_upload (
    id INTEGER NOT NULL,
    token TEXT NOT NULL,
    uploaded_by INTEGER NOT NULL,
    uploaded_at VARCHAR(32) NOT NULL,
    file_name TEXT NOT NULL,
    data BLOB NOT NULL,
    CONSTRAINT fk_people_upload_uploaded_by FOREIGN KEY(uploaded_by) REFERENCES user (id),
    CONSTRAINT pk_people_upload PRIMARY KEY (id),
    CONSTRAINT uq_people_upload_token UNIQUE (token)
);
CREATE TABLE picture (
    sha256 TEXT NOT NULL,
    media_type TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    size INTEGER NOT NULL,
    kept_at VARCHAR(32) NOT NULL,
    data BLOB NOT NULL,
    CONSTRAINT ck_picture_media_type_known CHECK (media_type IN ('image/png','image/jpeg','image/webp')),
    CONSTRAINT pk_picture PRIMARY KEY (sha256)
);
INSERT INTO "picture" VALUES('b33685e3149fff757e2bda226500fe616aad8ffa2342aa53ea9ef6653637c593','image/png',8,6,75,'2026-11-24T11:00:00.000000Z',X'89504E470D0A1A0A0000000D4948445200000008000000060802000000716748AC0000001249444154789C63FCCF801D30E110A78B04009885010B6C30829B0000000049454E44AE426082');
CREATE TABLE placement (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    unit_id INTEGER,
    site_id INTEGER,
    job_role_id INTEGER,
    manager_id INTEGER,
    employment_type TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE,
    CONSTRAINT ck_placement_employment_type_known CHECK (employment_type IN ('employee','temporary','contractor','apprentice')),
    CONSTRAINT ck_placement_in_order CHECK (valid_to IS NULL OR valid_to > valid_from),
    CONSTRAINT ck_placement_not_own_manager CHECK (manager_id IS NULL OR manager_id <> user_id),
    CONSTRAINT fk_placement_job_role_id FOREIGN KEY(job_role_id) REFERENCES job_role (id),
    CONSTRAINT fk_placement_manager_id FOREIGN KEY(manager_id) REFERENCES user (id),
    CONSTRAINT fk_placement_site_id FOREIGN KEY(site_id) REFERENCES site (id),
    CONSTRAINT fk_placement_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id),
    CONSTRAINT fk_placement_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_placement PRIMARY KEY (id)
);
INSERT INTO "placement" VALUES(1,1,1,1,1,NULL,'employee','2026-01-01',NULL);
INSERT INTO "placement" VALUES(2,2,2,1,1,NULL,'employee','2026-01-02',NULL);
INSERT INTO "placement" VALUES(3,3,1,1,1,NULL,'employee','2026-01-03',NULL);
INSERT INTO "placement" VALUES(4,4,2,1,1,NULL,'employee','2026-01-04',NULL);
INSERT INTO "placement" VALUES(5,5,1,1,1,NULL,'employee','2026-01-05','2026-11-24');
INSERT INTO "placement" VALUES(6,6,2,1,1,NULL,'employee','2026-01-06',NULL);
INSERT INTO "placement" VALUES(7,7,1,1,1,NULL,'employee','2026-01-07',NULL);
CREATE TABLE pool_snapshot (
    id INTEGER NOT NULL,
    hash TEXT NOT NULL,
    bank_id INTEGER NOT NULL,
    size INTEGER NOT NULL,
    pool JSON NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    CONSTRAINT fk_pool_snapshot_bank_id FOREIGN KEY(bank_id) REFERENCES bank (id),
    CONSTRAINT pk_pool_snapshot PRIMARY KEY (id),
    CONSTRAINT uq_pool_snapshot_hash UNIQUE (hash)
);
INSERT INTO "pool_snapshot" VALUES(1,'73d5fcfda045dcb1fbabdc7527a4510c65bda6409294eea0ffb0e61f2ffb583e',1,9,'{"pool": "isotrain-pool-2", "places": [{"bank": "short", "topic": "iso", "difficulty": 1, "use": "exam", "entries": [[1, 1, "", "M1"], [2, 2, "", "M1"], [3, 3, "", "M1"], [4, 4, "", "M1"]]}, {"bank": "short", "topic": "iso", "difficulty": 1, "use": "practice", "entries": [[8, 8, "", "M1"], [9, 9, "", "M1"]]}, {"bank": "short", "topic": "iso", "difficulty": 2, "use": "exam", "entries": [[5, 5, "", "M1"], [6, 6, "", "M1"], [7, 7, "", "M1"]]}]}','2026-11-23T09:00:00.000000Z');
INSERT INTO "pool_snapshot" VALUES(2,'0e2faf18e193f900d151d9cc4067a69cf0525f000b4987cfc513461e563b48b5',2,9,'{"pool": "isotrain-pool-2", "places": [{"bank": "other", "topic": "iso", "difficulty": 1, "use": "exam", "entries": [[10, 10, "", "M1"], [11, 11, "", "M1"], [12, 12, "", "M1"], [13, 13, "", "M1"]]}, {"bank": "other", "topic": "iso", "difficulty": 1, "use": "practice", "entries": [[17, 17, "", "M1"], [18, 18, "", "M1"]]}, {"bank": "other", "topic": "iso", "difficulty": 2, "use": "exam", "entries": [[14, 14, "", "M1"], [15, 15, "", "M1"], [16, 16, "", "M1"]]}]}','2026-11-23T09:00:00.000000Z');
INSERT INTO "pool_snapshot" VALUES(3,'39c45666d1a1721de44e55efbea6440c3ba4ef2e06515416f976a9a50443a3f2',1,9,'{"pool": "isotrain-pool-2", "places": [{"bank": "short", "topic": "iso", "difficulty": 1, "use": "exam", "entries": [[1, 19, "", "M1"], [2, 2, "", "M1"], [3, 3, "", "M1"], [4, 4, "", "M1"]]}, {"bank": "short", "topic": "iso", "difficulty": 1, "use": "practice", "entries": [[8, 8, "", "M1"], [9, 9, "", "M1"]]}, {"bank": "short", "topic": "iso", "difficulty": 2, "use": "exam", "entries": [[5, 5, "", "M1"], [6, 6, "", "M1"], [7, 7, "", "M1"]]}]}','2026-11-23T09:00:00.000000Z');
CREATE TABLE proposal (
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    object_id INTEGER NOT NULL,
    asked JSON NOT NULL,
    digest TEXT NOT NULL,
    reason TEXT NOT NULL,
    asked_at VARCHAR(32) NOT NULL,
    asker_kind TEXT NOT NULL,
    asked_by INTEGER,
    state TEXT NOT NULL,
    settled_at VARCHAR(32),
    settler_kind TEXT,
    settled_by INTEGER,
    settled_reason TEXT,
    CONSTRAINT ck_proposal_asked_by_somebody CHECK ((asker_kind = 'user') = (asked_by IS NOT NULL)),
    CONSTRAINT ck_proposal_confirmed_by_another CHECK (state <> 'confirmed' OR settler_kind <> asker_kind OR coalesce(settled_by, 0) <> coalesce(asked_by, 0)),
    CONSTRAINT ck_proposal_settled_by_somebody CHECK ((settled_at IS NULL) = (settler_kind IS NULL)),
    CONSTRAINT ck_proposal_settled_when_over CHECK ((state = 'asked') = (settled_at IS NULL)),
    CONSTRAINT ck_proposal_state_known CHECK (state IN ('asked','confirmed','declined','withdrawn','stale')),
    CONSTRAINT fk_proposal_asked_by FOREIGN KEY(asked_by) REFERENCES user (id),
    CONSTRAINT fk_proposal_settled_by FOREIGN KEY(settled_by) REFERENCES user (id),
    CONSTRAINT pk_proposal PRIMARY KEY (id)
);
INSERT INTO "proposal" VALUES(1,'record-identity',2,'{"name": "ADA \u00c5NGSTR\u00d6M", "personnel_no": "1001", "unit": "WORKS", "site": "S1", "job_role": "OPER", "employment_type": "employee", "manager_no": ""}','40eb6a2f5e31b1b1b240b57f4cc348834a50eb63e05516a7e2d67d2167527c0d','As in the passport.','2026-11-23T11:00:00.000000Z','user',11,'confirmed','2026-11-23T11:00:00.000000Z','user',12,NULL);
INSERT INTO "proposal" VALUES(2,'record-identity',4,'{"name": "ADA \u00c5NGSTR\u00d6M", "personnel_no": "1001", "unit": "WORKS", "site": "S1", "job_role": "OPER", "employment_type": "employee", "manager_no": ""}','124036ac150bb801c2ba6d6a93beeeca86726ef4cd0ce8c3ed8241817ebbb052','As in the passport.','2026-11-23T11:00:00.000000Z','user',11,'declined','2026-11-23T11:00:00.000000Z','user',12,'The first is right.');
INSERT INTO "proposal" VALUES(3,'record-identity',4,'{"name": "ADA \u00c5NGSTR\u00d6M", "personnel_no": "1001", "unit": "WORKS", "site": "S1", "job_role": "OPER", "employment_type": "employee", "manager_no": ""}','124036ac150bb801c2ba6d6a93beeeca86726ef4cd0ce8c3ed8241817ebbb052','As in the passport.','2026-11-23T11:00:00.000000Z','user',11,'asked',NULL,NULL,NULL,NULL);
CREATE TABLE question (
    id INTEGER NOT NULL,
    bank_id INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    latest_version_id INTEGER,
    approved_version_id INTEGER,
    created_at VARCHAR(32) NOT NULL,
    retired_at VARCHAR(32),
    CONSTRAINT fk_question_approved_version_id FOREIGN KEY(approved_version_id) REFERENCES question_version (id),
    CONSTRAINT fk_question_bank_id FOREIGN KEY(bank_id) REFERENCES bank (id),
    CONSTRAINT fk_question_latest_version_id FOREIGN KEY(latest_version_id) REFERENCES question_version (id),
    CONSTRAINT pk_question PRIMARY KEY (id),
    CONSTRAINT uq_question_bank_id_key UNIQUE (bank_id, "key")
);
INSERT INTO "question" VALUES(1,1,'Q1',19,19,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(2,1,'Q2',2,2,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(3,1,'Q3',3,3,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(4,1,'Q4',4,4,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(5,1,'Q5',5,5,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(6,1,'Q6',6,6,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(7,1,'Q7',7,7,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(8,1,'Q8',8,8,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(9,1,'Q9',9,9,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(10,2,'Q1',10,10,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(11,2,'Q2',11,11,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(12,2,'Q3',12,12,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(13,2,'Q4',13,13,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(14,2,'Q5',14,14,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(15,2,'Q6',15,15,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(16,2,'Q7',16,16,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(17,2,'Q8',17,17,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(18,2,'Q9',18,18,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(19,2,'Q-10',20,NULL,'2026-11-24T11:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(20,2,'Q-11',21,NULL,'2026-11-24T11:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(21,2,'Q-12',22,NULL,'2026-11-24T11:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(22,2,'Q-13',23,NULL,'2026-11-24T11:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(23,2,'Q-14',24,NULL,'2026-11-24T11:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(24,2,'Q-15',25,NULL,'2026-11-24T11:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(25,2,'Q-16',26,NULL,'2026-11-24T11:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(26,2,'Q-17',27,NULL,'2026-11-24T11:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(27,2,'Q-18',28,NULL,'2026-11-24T11:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(28,2,'Q-19',29,NULL,'2026-11-24T11:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(29,2,'Q-20',30,NULL,'2026-11-24T11:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(30,2,'Q-21',31,NULL,'2026-11-24T11:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(31,2,'Q-22',32,NULL,'2026-11-24T11:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(32,2,'Q-23',33,NULL,'2026-11-24T11:00:00.000000Z',NULL);
CREATE TABLE question_batch (
    id INTEGER NOT NULL,
    bank_id INTEGER NOT NULL,
    upload_id INTEGER NOT NULL,
    state TEXT NOT NULL,
    begun_at VARCHAR(32) NOT NULL,
    begun_by INTEGER,
    last_step_at VARCHAR(32) NOT NULL,
    shown_at VARCHAR(32),
    CONSTRAINT ck_question_batch_shown_at_a_time CHECK ((state = 'shown') = (shown_at IS NOT NULL)),
    CONSTRAINT ck_question_batch_state_known CHECK (state IN ('staged','shown','abandoned')),
    CONSTRAINT fk_question_batch_bank_id FOREIGN KEY(bank_id) REFERENCES bank (id),
    CONSTRAINT fk_question_batch_begun_by FOREIGN KEY(begun_by) REFERENCES user (id),
    CONSTRAINT fk_question_batch_upload_id FOREIGN KEY(upload_id) REFERENCES bank_upload (id),
    CONSTRAINT pk_question_batch PRIMARY KEY (id)
);
CREATE TABLE question_key (
    version_id INTEGER NOT NULL,
    "key" JSON NOT NULL,
    CONSTRAINT fk_question_key_version_id FOREIGN KEY(version_id) REFERENCES question_version (id),
    CONSTRAINT pk_question_key PRIMARY KEY (version_id)
);
INSERT INTO "question_key" VALUES(1,'{"right": ["a"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO "question_key" VALUES(2,'{"right": ["b", "c", "d"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO "question_key" VALUES(3,'{"answer": false, "explanation": "Certification bodies do.", "feedback_true": "", "feedback_false": ""}');
INSERT INTO "question_key" VALUES(4,'{"right": ["a"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO "question_key" VALUES(5,'{"right": ["b", "c", "d"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO "question_key" VALUES(6,'{"answer": false, "explanation": "Certification bodies do.", "feedback_true": "", "feedback_false": ""}');
INSERT INTO "question_key" VALUES(7,'{"right": ["a"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO "question_key" VALUES(8,'{"right": ["b", "c", "d"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO "question_key" VALUES(9,'{"answer": false, "explanation": "Certification bodies do.", "feedback_true": "", "feedback_false": ""}');
INSERT INTO "question_key" VALUES(10,'{"right": ["a"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO "question_key" VALUES(11,'{"right": ["b", "c", "d"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO "question_key" VALUES(12,'{"answer": false, "explanation": "Certification bodies do.", "feedback_true": "", "feedback_false": ""}');
INSERT INTO "question_key" VALUES(13,'{"right": ["a"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO "question_key" VALUES(14,'{"right": ["b", "c", "d"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO "question_key" VALUES(15,'{"answer": false, "explanation": "Certification bodies do.", "feedback_true": "", "feedback_false": ""}');
INSERT INTO "question_key" VALUES(16,'{"right": ["a"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO "question_key" VALUES(17,'{"right": ["b", "c", "d"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO "question_key" VALUES(18,'{"answer": false, "explanation": "Certification bodies do.", "feedback_true": "", "feedback_false": ""}');
INSERT INTO "question_key" VALUES(19,'{"right": ["a"], "shares": {}, "feedback": {}, "explanation": "Certification bodies do."}');
INSERT INTO "question_key" VALUES(20,'{"right": ["b"], "shares": {}, "feedback": {}, "explanation": "ISO writes standards; certification bodies audit and certify."}');
INSERT INTO "question_key" VALUES(21,'{"right": ["a", "b", "d"], "shares": {}, "feedback": {}, "explanation": "An internal audit checks requirements and effectiveness, not people."}');
INSERT INTO "question_key" VALUES(22,'{"answer": false, "explanation": "ISO writes standards; certification bodies issue certificates.", "feedback_true": "", "feedback_false": ""}');
INSERT INTO "question_key" VALUES(23,'{"pairs": [["b", "b"], ["c", "a"], ["a", "d"], ["", "c"]], "explanation": "Each has a part of its own; no one does another''s."}');
INSERT INTO "question_key" VALUES(24,'{"order": ["e", "d", "a", "b", "c"], "explanation": "An audit is planned, done, reported and followed up."}');
INSERT INTO "question_key" VALUES(25,'{"pairs": [["a", "a"], ["c", "b"], ["b", "a"], ["d", "b"], ["", "c"]], "explanation": "Records say what happened; documents say what is to be done."}');
INSERT INTO "question_key" VALUES(26,'{"pairs": [["b", "b"], ["c", "a"], ["a", "d"], ["", "c"]], "explanation": "ISO writes standards and leaves certifying to others."}');
INSERT INTO "question_key" VALUES(27,'{"answers": [["certification body", "1", "", ""], ["registrar", "1", "", ""], ["*certif*", "1/2", "Name the body, not what it does.", ""], ["ISO", "0", "ISO writes standards and certifies nobody.", ""], ["*", "0", "", ""]], "explanation": "Certification bodies, also called registrars, audit and certify."}');
INSERT INTO "question_key" VALUES(28,'{"answers": [["3", "1", "", ""], ["36", "1/2", "That is the number of months.", ""], ["*", "0", "Think of the cycle of audits.", ""]], "explanation": "A certificate is valid for three years, with audits in between."}');
INSERT INTO "question_key" VALUES(29,'{"answers": [[["the organization itself", "1", "", ""], ["a customer", "0", "That is the second party.", ""], ["a body", "0", "", ""]], [["2015", "1", "", "0"], ["2008", "1/2", "", "0"]], [["clauses", "1", "", ""], ["chapters", "1", "", ""]], [["1", "1", "", "0"]]], "explanation": "Internal audits are first-party audits."}');
INSERT INTO "question_key" VALUES(30,'{"points": ["It finds gaps while there is time to close them.", "The standard asks for internal audits at planned intervals."], "explanation": "Internal audits show whether the system conforms and works."}');
INSERT INTO "question_key" VALUES(31,'{"parts": [{"right": ["a"], "shares": {}, "feedback": {}, "explanation": "Without a stop nobody can be freed in time."}, {"answers": [["2", "1", "", ""]], "explanation": "The text says so."}], "explanation": "What cannot be stopped must not run."}');
INSERT INTO "question_key" VALUES(32,'{"explanation": ""}');
INSERT INTO "question_key" VALUES(33,'{"right": ["a"], "shares": {}, "feedback": {}, "explanation": ""}');
CREATE TABLE question_picture (
    version_id INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    CONSTRAINT fk_question_picture_sha256 FOREIGN KEY(sha256) REFERENCES picture (sha256),
    CONSTRAINT fk_question_picture_version_id FOREIGN KEY(version_id) REFERENCES question_version (id),
    CONSTRAINT pk_question_picture PRIMARY KEY (version_id, sha256)
);
INSERT INTO "question_picture" VALUES(33,'b33685e3149fff757e2bda226500fe616aad8ffa2342aa53ea9ef6653637c593');
CREATE TABLE "question_version" (
    id INTEGER NOT NULL,
    question_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    type TEXT NOT NULL,
    marking TEXT NOT NULL,
    content JSON NOT NULL,
    stem_text TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    topic TEXT,
    difficulty INTEGER,
    module TEXT,
    facts JSON NOT NULL,
    "use" TEXT NOT NULL,
    language TEXT NOT NULL,
    enemies TEXT,
    source TEXT NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    created_by INTEGER,
    batch_id INTEGER,
    CONSTRAINT ck_question_version_difficulty_band CHECK (difficulty IS NULL OR difficulty BETWEEN 1 AND 3),
    CONSTRAINT ck_question_version_use_known CHECK ("use" IN ('exam','practice')),
    CONSTRAINT fk_question_version_batch_id FOREIGN KEY(batch_id) REFERENCES question_batch (id),
    CONSTRAINT fk_question_version_created_by FOREIGN KEY(created_by) REFERENCES "user" (id),
    CONSTRAINT fk_question_version_question_id FOREIGN KEY(question_id) REFERENCES question (id),
    CONSTRAINT pk_question_version PRIMARY KEY (id),
    CONSTRAINT uq_question_version_question_id_number_language_revision UNIQUE (question_id, number, language, revision)
    );
INSERT INTO "question_version" VALUES(1,1,1,1,'single_choice','single_choice-1','{"stem": "Question 1: who certifies a company?", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 1"}, {"id": "c", "text": "Ministry 1"}, {"id": "d", "text": "Nobody"}], "shuffle": true}','question 1: who certifies a company?','0918f66f0122e1738ae83feb3be0dc6d2a461505dd113d4624ff158432cc3354','iso',1,NULL,'["A1"]','exam','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "question_version" VALUES(2,2,1,1,'multiple_choice','multiple_choice-balanced-1','{"stem": "Question 2: who does not certify? Choose all that apply.", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 2"}, {"id": "c", "text": "Ministry 2"}, {"id": "d", "text": "Nobody"}], "shuffle": true, "rule": "balanced"}','question 2: who does not certify? choose all that apply.','8149594564c0169c06dbde82cd30dc35fc4217a72fa64d6592aa1086c8c249c4','iso',1,NULL,'["A1"]','exam','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "question_version" VALUES(3,3,1,1,'true_false','true_false-1','{"stem": "Statement 3: ISO itself certifies companies."}','statement 3: iso itself certifies companies.','c1571af8e5b585755744974dbb0ddcac3eae4c62c165014be878a3e3fea44018','iso',1,NULL,'["A1"]','exam','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "question_version" VALUES(4,4,1,1,'single_choice','single_choice-1','{"stem": "Question 4: who certifies a company?", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 4"}, {"id": "c", "text": "Ministry 4"}, {"id": "d", "text": "Nobody"}], "shuffle": true}','question 4: who certifies a company?','437cbe875b0d6f9c932db69f87cd986626760e0ffbd831c57cd06761215e0f0d','iso',1,NULL,'["A1"]','exam','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "question_version" VALUES(5,5,1,1,'multiple_choice','multiple_choice-balanced-1','{"stem": "Question 5: who does not certify? Choose all that apply.", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 5"}, {"id": "c", "text": "Ministry 5"}, {"id": "d", "text": "Nobody"}], "shuffle": true, "rule": "balanced"}','question 5: who does not certify? choose all that apply.','7f5bc3de716e53eebd3db82fefbbec613b6220d9ff6e7c05dfab42fb0bfb6163','iso',2,NULL,'["A1"]','exam','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "question_version" VALUES(6,6,1,1,'true_false','true_false-1','{"stem": "Statement 6: ISO itself certifies companies."}','statement 6: iso itself certifies companies.','df0643aba97d708e56298fa2a80143b08e82367bcdf771476d468a561bfc0440','iso',2,NULL,'["A1"]','exam','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "question_version" VALUES(7,7,1,1,'single_choice','single_choice-1','{"stem": "Question 7: who certifies a company?", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 7"}, {"id": "c", "text": "Ministry 7"}, {"id": "d", "text": "Nobody"}], "shuffle": true}','question 7: who certifies a company?','f5e8ecafde840b60c9d3d9c723282bef61ac4d5a086e91ad18d2dcd8c4d1c5cf','iso',2,NULL,'["A1"]','exam','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "question_version" VALUES(8,8,1,1,'multiple_choice','multiple_choice-balanced-1','{"stem": "Question 8: who does not certify? Choose all that apply.", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 8"}, {"id": "c", "text": "Ministry 8"}, {"id": "d", "text": "Nobody"}], "shuffle": true, "rule": "balanced"}','question 8: who does not certify? choose all that apply.','6e4de044aaa1fb8b5d2b5e34faea8cb470a6e8140fc18f4ebed3cea6cb3b8b1c','iso',1,NULL,'["A1"]','practice','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "question_version" VALUES(9,9,1,1,'true_false','true_false-1','{"stem": "Statement 9: ISO itself certifies companies."}','statement 9: iso itself certifies companies.','b91de6f5942d0a32ea40193a35946639f97f45e575833e65e4e502bfeb9922b9','iso',1,NULL,'["A1"]','practice','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "question_version" VALUES(10,10,1,1,'single_choice','single_choice-1','{"stem": "Question 1: who certifies a company?", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 1"}, {"id": "c", "text": "Ministry 1"}, {"id": "d", "text": "Nobody"}], "shuffle": true}','question 1: who certifies a company?','0918f66f0122e1738ae83feb3be0dc6d2a461505dd113d4624ff158432cc3354','iso',1,NULL,'["A1"]','exam','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "question_version" VALUES(11,11,1,1,'multiple_choice','multiple_choice-balanced-1','{"stem": "Question 2: who does not certify? Choose all that apply.", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 2"}, {"id": "c", "text": "Ministry 2"}, {"id": "d", "text": "Nobody"}], "shuffle": true, "rule": "balanced"}','question 2: who does not certify? choose all that apply.','8149594564c0169c06dbde82cd30dc35fc4217a72fa64d6592aa1086c8c249c4','iso',1,NULL,'["A1"]','exam','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "question_version" VALUES(12,12,1,1,'true_false','true_false-1','{"stem": "Statement 3: ISO itself certifies companies."}','statement 3: iso itself certifies companies.','c1571af8e5b585755744974dbb0ddcac3eae4c62c165014be878a3e3fea44018','iso',1,NULL,'["A1"]','exam','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "question_version" VALUES(13,13,1,1,'single_choice','single_choice-1','{"stem": "Question 4: who certifies a company?", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 4"}, {"id": "c", "text": "Ministry 4"}, {"id": "d", "text": "Nobody"}], "shuffle": true}','question 4: who certifies a company?','437cbe875b0d6f9c932db69f87cd986626760e0ffbd831c57cd06761215e0f0d','iso',1,NULL,'["A1"]','exam','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "question_version" VALUES(14,14,1,1,'multiple_choice','multiple_choice-balanced-1','{"stem": "Question 5: who does not certify? Choose all that apply.", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 5"}, {"id": "c", "text": "Ministry 5"}, {"id": "d", "text": "Nobody"}], "shuffle": true, "rule": "balanced"}','question 5: who does not certify? choose all that apply.','7f5bc3de716e53eebd3db82fefbbec613b6220d9ff6e7c05dfab42fb0bfb6163','iso',2,NULL,'["A1"]','exam','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "question_version" VALUES(15,15,1,1,'true_false','true_false-1','{"stem": "Statement 6: ISO itself certifies companies."}','statement 6: iso itself certifies companies.','df0643aba97d708e56298fa2a80143b08e82367bcdf771476d468a561bfc0440','iso',2,NULL,'["A1"]','exam','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "question_version" VALUES(16,16,1,1,'single_choice','single_choice-1','{"stem": "Question 7: who certifies a company?", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 7"}, {"id": "c", "text": "Ministry 7"}, {"id": "d", "text": "Nobody"}], "shuffle": true}','question 7: who certifies a company?','f5e8ecafde840b60c9d3d9c723282bef61ac4d5a086e91ad18d2dcd8c4d1c5cf','iso',2,NULL,'["A1"]','exam','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "question_version" VALUES(17,17,1,1,'multiple_choice','multiple_choice-balanced-1','{"stem": "Question 8: who does not certify? Choose all that apply.", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 8"}, {"id": "c", "text": "Ministry 8"}, {"id": "d", "text": "Nobody"}], "shuffle": true, "rule": "balanced"}','question 8: who does not certify? choose all that apply.','6e4de044aaa1fb8b5d2b5e34faea8cb470a6e8140fc18f4ebed3cea6cb3b8b1c','iso',1,NULL,'["A1"]','practice','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "question_version" VALUES(18,18,1,1,'true_false','true_false-1','{"stem": "Statement 9: ISO itself certifies companies."}','statement 9: iso itself certifies companies.','b91de6f5942d0a32ea40193a35946639f97f45e575833e65e4e502bfeb9922b9','iso',1,NULL,'["A1"]','practice','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "question_version" VALUES(19,1,2,1,'single_choice','single_choice-1','{"stem": "Who certifies?", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 1"}, {"id": "c", "text": "Ministry 1"}, {"id": "d", "text": "Nobody"}], "shuffle": true}','who certifies?','e17fd5f359af3fd97223fa275a4a4cdc6921bc8754587b3e8c93425b95e4aa8c','iso',1,NULL,'["A1"]','exam','en',NULL,'written here','2026-11-23T09:00:00.000000Z',8,NULL);
INSERT INTO "question_version" VALUES(20,19,1,1,'single_choice','single_choice-1','{"stem": "Who certifies an organization to ISO 9001?", "options": [{"id": "a", "text": "ISO"}, {"id": "b", "text": "A certification body"}, {"id": "c", "text": "An accreditation body"}], "shuffle": true}','who certifies an organization to iso 9001?','83acd895cd14a1afa69697b00d850ef887b168d988d6725c3e235f96845d09ae',NULL,NULL,NULL,'[]','practice','en',NULL,'written here','2026-11-24T11:00:00.000000Z',10,NULL);
INSERT INTO "question_version" VALUES(21,20,1,1,'multiple_choice','multiple_choice-balanced-1','{"stem": "Which of these does an internal audit look for? Choose all that apply.", "options": [{"id": "a", "text": "Conformity with the organization''s own requirements"}, {"id": "b", "text": "Whether the system is effectively kept up"}, {"id": "c", "text": "Somebody to blame"}, {"id": "d", "text": "Conformity with the standard"}], "shuffle": true, "rule": "balanced"}','which of these does an internal audit look for? choose all that apply.','561357743f4b241c096a0f0c9a36428f7676fa693f0c9859481d8fa76fb3852d',NULL,NULL,NULL,'[]','practice','en',NULL,'written here','2026-11-24T11:00:00.000000Z',10,NULL);
INSERT INTO "question_version" VALUES(22,21,1,1,'true_false','true_false-1','{"stem": "ISO issues certificates to organizations."}','iso issues certificates to organizations.','cf48f3481033eb8f734839481527473a846eae9c65eb29db05362730b605fc50',NULL,NULL,NULL,'[]','practice','en',NULL,'written here','2026-11-24T11:00:00.000000Z',10,NULL);
INSERT INTO "question_version" VALUES(23,22,1,1,'matching','matching-1','{"stem": "Who does what?", "places": [{"id": "c", "text": "A certification body"}, {"id": "a", "text": "An accreditation body"}, {"id": "b", "text": "ISO"}], "choices": [{"id": "d", "text": "accredits certification bodies"}, {"id": "a", "text": "certifies organizations"}, {"id": "b", "text": "writes standards"}, {"id": "c", "text": "writes the laws of a country"}], "shuffle": true}','who does what?','ce13edcade9be92d930e3be7b33deafbe558eaf338474a2b226296c3abd5a5ec',NULL,NULL,NULL,'[]','practice','en',NULL,'written here','2026-11-24T11:00:00.000000Z',10,NULL);
INSERT INTO "question_version" VALUES(24,23,1,1,'ordering','ordering-all-1','{"stem": "Put the steps of an audit in order.", "items": [{"id": "e", "text": "Agree on scope and criteria"}, {"id": "c", "text": "Check that causes are removed"}, {"id": "a", "text": "Gather evidence on site"}, {"id": "d", "text": "Look at documents"}, {"id": "b", "text": "Say what was found"}], "rule": "all_or_nothing"}','put the steps of an audit in order.','7bb17a5ad759a081454df3d2cfed509ff4b8bf1ee7e09e398ead636b8b35444d',NULL,NULL,NULL,'[]','practice','en',NULL,'written here','2026-11-24T11:00:00.000000Z',10,NULL);
INSERT INTO "question_version" VALUES(25,24,1,1,'categorising','categorising-1','{"stem": "Which of these are records, and which are documents that are kept up to date?", "places": [{"id": "b", "text": "A calibration certificate"}, {"id": "a", "text": "A signed training list"}, {"id": "d", "text": "A work instruction"}, {"id": "c", "text": "The quality policy"}], "choices": [{"id": "b", "text": "Document"}, {"id": "c", "text": "Neither"}, {"id": "a", "text": "Record"}], "shuffle": true}','which of these are records, and which are documents that are kept up to date?','bde4675c71c03be0e4895cabb33fb3047a149fdaa4474037259922f621f0645c',NULL,NULL,NULL,'[]','practice','en',NULL,'written here','2026-11-24T11:00:00.000000Z',10,NULL);
INSERT INTO "question_version" VALUES(26,25,1,1,'gap_text','gap_text-1','{"stem": "ISO [[1]] standards. A [[2]] body audits an organization and [[3]] its system.", "places": [{"id": "b", "text": "1"}, {"id": "c", "text": "2"}, {"id": "a", "text": "3"}], "choices": [{"id": "c", "text": "accredits"}, {"id": "a", "text": "certification"}, {"id": "d", "text": "certifies"}, {"id": "b", "text": "writes"}], "shuffle": true}','iso [[1]] standards. a [[2]] body audits an organization and [[3]] its system.','9e4d7698d1ef2ea4871a1ad3c8d526b9e0a25b86e091591f6e9aa854a7633349',NULL,NULL,NULL,'[]','practice','en',NULL,'written here','2026-11-24T11:00:00.000000Z',10,NULL);
INSERT INTO "question_version" VALUES(27,26,1,1,'short_text','short_text-1','{"stem": "Who audits a management system and issues its certificate?"}','who audits a management system and issues its certificate?','6dd1bb486c8a6ae751dff39de7c6042230fa540ed36e590593329d87d7ea3512',NULL,NULL,NULL,'[]','practice','en',NULL,'written here','2026-11-24T11:00:00.000000Z',10,NULL);
INSERT INTO "question_version" VALUES(28,27,1,1,'numeric','numeric-1','{"stem": "How many years is a certificate usually valid?", "unit": "years"}','how many years is a certificate usually valid?','b095cc45d3cb1f10f7e18fddaadafc80ec66f403eb82ee4d33ac6d7948a7712a',NULL,NULL,NULL,'[]','practice','en',NULL,'written here','2026-11-24T11:00:00.000000Z',10,NULL);
INSERT INTO "question_version" VALUES(29,28,1,1,'cloze','cloze-1','{"stem": "An audit by [[1]] is an internal one. ISO 9001 was last revised in [[2]]; its [[3]] are numbered from [[4]].", "parts": [{"kind": "choice", "weight": 1, "options": ["the organization itself", "a customer", "a body"]}, {"kind": "numeric", "weight": 2}, {"kind": "short_text", "weight": 1}, {"kind": "numeric", "weight": 1}]}','an audit by [[1]] is an internal one. iso 9001 was last revised in [[2]]; its [[3]] are numbered from [[4]].','27c557a9fd46c7c646b5c4375a326e3cd6320b2bbd2e675712e70b5756c4af2d',NULL,NULL,NULL,'[]','practice','en',NULL,'written here','2026-11-24T11:00:00.000000Z',10,NULL);
INSERT INTO "question_version" VALUES(30,29,1,1,'essay','essay-1','{"stem": "Why does a company audit itself before others audit it?"}','why does a company audit itself before others audit it?','8d4994955d067ef5490f7ccd93ac92979e04af8a2ec7c167dc00472ddc8e0191',NULL,NULL,NULL,'[]','practice','en',NULL,'written here','2026-11-24T11:00:00.000000Z',10,NULL);
INSERT INTO "question_version" VALUES(31,30,1,1,'scenario','scenario-1','{"stem": "Belt 4 of a depot. Its emergency cord has hung loose for two days.", "parts": [{"type": "single_choice", "content": {"stem": "What should the person at belt 4 do?", "options": [{"id": "a", "text": "Stop work there until the cord holds"}, {"id": "b", "text": "Work more slowly"}], "shuffle": true}}, {"type": "numeric", "content": {"stem": "For how many days has the cord been loose?"}}]}','belt 4 of a depot. its emergency cord has hung loose for two days.','a85b20f3a0154f184e59cbb18787bf42bd5ab8f2ce687115406cfa7d50ef9e10',NULL,NULL,NULL,'[]','practice','en',NULL,'written here','2026-11-24T11:00:00.000000Z',10,NULL);
INSERT INTO "question_version" VALUES(32,31,1,1,'information','information-1','{"stem": "The next questions are about internal audits."}','the next questions are about internal audits.','98cf19cf2d7c00996364a41c8ab3469111d0e04f7628dce8e63b344d4c28f101',NULL,NULL,NULL,'[]','practice','en',NULL,'written here','2026-11-24T11:00:00.000000Z',10,NULL);
INSERT INTO "question_version" VALUES(33,32,1,1,'single_choice','single_choice-1','{"stem": "Whose is this? ![A red seal](picture:b33685e3149fff757e2bda226500fe616aad8ffa2342aa53ea9ef6653637c593/8x6)", "options": [{"id": "a", "text": "A certification body''s"}, {"id": "b", "text": "Nobody''s"}], "shuffle": true}','whose is this? [a red seal]','83e1174e0914de829c42bc3100af7657dcd1172493c0737c716337b5a0c2e568',NULL,NULL,NULL,'[]','exam','en',NULL,'written here','2026-11-24T11:00:00.000000Z',10,NULL);
CREATE TABLE quiz (
    id INTEGER NOT NULL,
    slug TEXT NOT NULL,
    course_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    published_version_id INTEGER,
    created_at VARCHAR(32) NOT NULL,
    retired_at VARCHAR(32),
    CONSTRAINT ck_quiz_kind_known CHECK (kind IN ('exam','practice')),
    CONSTRAINT fk_quiz_course_id FOREIGN KEY(course_id) REFERENCES course (id),
    CONSTRAINT fk_quiz_published_version_id FOREIGN KEY(published_version_id) REFERENCES quiz_version (id),
    CONSTRAINT pk_quiz PRIMARY KEY (id),
    CONSTRAINT uq_quiz_slug UNIQUE (slug)
);
INSERT INTO "quiz" VALUES(1,'short-exam',1,'exam',6,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "quiz" VALUES(2,'short-practice',1,'practice',2,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "quiz" VALUES(3,'other-exam',2,'exam',5,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "quiz" VALUES(4,'other-practice',2,'practice',4,'2026-11-23T09:00:00.000000Z',NULL);
CREATE TABLE quiz_version (
    id INTEGER NOT NULL,
    quiz_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    title TEXT NOT NULL,
    cells JSON NOT NULL,
    rules JSON NOT NULL,
    blueprint_hash TEXT,
    created_at VARCHAR(32) NOT NULL,
    created_by INTEGER,
    published_at VARCHAR(32),
    published_by INTEGER,
    second_published_by INTEGER, marking TEXT NOT NULL DEFAULT 'shares-1', weakened JSON,
    CONSTRAINT ck_quiz_version_state_known CHECK (state IN ('draft','published')),
    CONSTRAINT fk_quiz_version_created_by FOREIGN KEY(created_by) REFERENCES user (id),
    CONSTRAINT fk_quiz_version_published_by FOREIGN KEY(published_by) REFERENCES user (id),
    CONSTRAINT fk_quiz_version_quiz_id FOREIGN KEY(quiz_id) REFERENCES quiz (id),
    CONSTRAINT fk_quiz_version_second_published_by FOREIGN KEY(second_published_by) REFERENCES user (id),
    CONSTRAINT pk_quiz_version PRIMARY KEY (id),
    CONSTRAINT uq_quiz_version_quiz_id_number UNIQUE (quiz_id, number)
);
INSERT INTO "quiz_version" VALUES(1,1,1,'published','Exam, short','[{"bank": "short", "topic": "iso", "difficulty": 1, "count": 3}, {"bank": "short", "topic": "iso", "difficulty": 2, "count": 2}]','{"minutes": 30, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "attempts": 3, "wait_hours": 24, "order": "shuffled", "feedback": "explanations"}','e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c','2026-11-23T09:00:00.000000Z',NULL,'2026-11-23T09:00:00.000000Z',NULL,NULL,'shares-1','[]');
INSERT INTO "quiz_version" VALUES(2,2,1,'published','Practice, short','[{"bank": "short", "topic": "iso", "difficulty": 1, "count": 1}]','{"minutes": 0, "pass_mark": 60, "pass_mark_basis": "", "attempts": 0, "wait_hours": 0, "order": "shuffled", "feedback": "answers"}','58df14425becadd6da9df2798729d67429c95fe65045bbffaece9a9b62b365d5','2026-11-23T09:00:00.000000Z',NULL,'2026-11-23T09:00:00.000000Z',NULL,NULL,'shares-1','[]');
INSERT INTO "quiz_version" VALUES(3,3,1,'published','Exam, other','[{"bank": "other", "topic": "iso", "difficulty": 1, "count": 3}, {"bank": "other", "topic": "iso", "difficulty": 2, "count": 2}]','{"minutes": 30, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "attempts": 3, "wait_hours": 24, "order": "shuffled", "feedback": "explanations"}','6ad5da3c545e732cefe9cfa22930ac093992b47aeb520e2959a522cb76e1a99b','2026-11-23T09:00:00.000000Z',NULL,'2026-11-23T09:00:00.000000Z',NULL,NULL,'shares-1','[]');
INSERT INTO "quiz_version" VALUES(4,4,1,'published','Practice, other','[{"bank": "other", "topic": "iso", "difficulty": 1, "count": 1}]','{"minutes": 0, "pass_mark": 60, "pass_mark_basis": "", "attempts": 0, "wait_hours": 0, "order": "shuffled", "feedback": "answers"}','ea4fdc9ca0519fbca858b2bfd6b90172ec4a69d800d7267d38b08224a9d7605c','2026-11-23T09:00:00.000000Z',NULL,'2026-11-23T09:00:00.000000Z',NULL,NULL,'shares-1','[]');
INSERT INTO "quiz_version" VALUES(5,3,2,'published','Other exam, once','[{"bank": "other", "topic": "iso", "difficulty": 1, "count": 3}, {"bank": "other", "topic": "iso", "difficulty": 2, "count": 2}]','{"minutes": 30, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "attempts": 1, "wait_hours": 24, "order": "shuffled", "feedback": "explanations"}','6ad5da3c545e732cefe9cfa22930ac093992b47aeb520e2959a522cb76e1a99b','2026-11-23T09:00:00.000000Z',10,'2026-11-23T09:00:00.000000Z',10,NULL,'shares-1','[]');
INSERT INTO "quiz_version" VALUES(6,1,2,'published','Short exam, again','[{"bank": "short", "topic": "iso", "difficulty": 1, "count": 3}, {"bank": "short", "topic": "iso", "difficulty": 2, "count": 2}]','{"minutes": 30, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "attempts": 3, "wait_hours": 24, "order": "shuffled", "feedback": "explanations"}','e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c','2026-11-23T09:00:00.000000Z',8,'2026-11-23T09:00:00.000000Z',8,NULL,'shares-1','[]');
CREATE TABLE reading (
    user_id INTEGER NOT NULL,
    module_id INTEGER NOT NULL,
    first_opened_at VARCHAR(32) NOT NULL,
    last_opened_at VARCHAR(32) NOT NULL,
    paragraph TEXT,
    finished_at VARCHAR(32),
    finished_version_id INTEGER,
    CONSTRAINT fk_reading_finished_version_id FOREIGN KEY(finished_version_id) REFERENCES module_version (id),
    CONSTRAINT fk_reading_module_id FOREIGN KEY(module_id) REFERENCES module (id),
    CONSTRAINT fk_reading_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_reading PRIMARY KEY (user_id, module_id)
);
INSERT INTO "reading" VALUES(1,1,'2026-11-23T10:00:00.000000Z','2026-11-23T10:00:00.000000Z',NULL,NULL,NULL);
CREATE TABLE record_person (
    record_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    personnel_no TEXT NOT NULL,
    manager_personnel_no TEXT,
    manager_name TEXT,
    salts JSON NOT NULL,
    CONSTRAINT fk_record_person_record_id FOREIGN KEY(record_id) REFERENCES completion_record (id),
    CONSTRAINT pk_record_person PRIMARY KEY (record_id)
);
INSERT INTO "record_person" VALUES(1,'Dee Expired','1004',NULL,NULL,'{"name": "6b86b273ff34fce19d6b804eff5a3f57", "personnel_no": "d4735e3a265e16eee03f59718b9b5d03", "manager_name": "4e07408562bedb8b60ce05c1decfe3ad", "manager_personnel_no": "4b227777d4dd1fc61c6f884f48641d02"}');
INSERT INTO "record_person" VALUES(2,'Ada Ångström','1001',NULL,NULL,'{"name": "3fdba35f04dc8c462986c992bcf87554", "personnel_no": "8527a891e224136950ff32ca212b45bc", "manager_name": "e629fa6598d732768f7c726b4b621285", "manager_personnel_no": "b17ef6d19c7a5b1ee83b907c595526dc"}');
INSERT INTO "record_person" VALUES(3,'Bela O''Neill','1002',NULL,NULL,'{"name": "785f3ec7eb32f30b90cd0fcf3657d388", "personnel_no": "535fa30d7e25dd8a49f1536779734ec8", "manager_name": "c2356069e9d1e79ca924378153cfbbfb", "manager_personnel_no": "b7a56873cd771f2c446d369b649430b6"}');
INSERT INTO "record_person" VALUES(4,'Ada Ångström','1001',NULL,NULL,'{"name": "eb1e33e8a81b697b75855af6bfcdbcbf", "personnel_no": "e29c9c180c6279b0b02abd6a1801c7c0", "manager_name": "c6f3ac57944a531490cd39902d0f7777", "manager_personnel_no": "86e50149658661312a9e0b35558d84f6"}');
INSERT INTO "record_person" VALUES(5,'Ada Ångström','1007',NULL,NULL,'{"name": "d59eced1ded07f84c145592f65bdf854", "personnel_no": "3d914f9348c9cc0ff8a79716700b9fcd", "manager_name": "73475cb40a568e8da8a045ced110137e", "manager_personnel_no": "44cb730c420480a0477b505ae68af508"}');
INSERT INTO "record_person" VALUES(6,'Chi Nguyễn','1003',NULL,NULL,'{"name": "811786ad1ae74adfdd20dd0372abaaeb", "personnel_no": "25fc0e7096fc653718202dc30b0c580b", "manager_name": "31489056e0916d59fe3add79e63f095a", "manager_personnel_no": "98010bd9270f9b100b6214a21754fd33"}');
INSERT INTO "record_person" VALUES(7,'Chi Nguyễn','1003',NULL,NULL,'{"name": "1a6562590ef19d1045d06c4055742d38", "personnel_no": "031b4af5197ec30a926f48cf40e11a7d", "manager_name": "41cfc0d1f2d127b04555b7246d84019b", "manager_personnel_no": "2858dcd1057d3eae7f7d5f782167e24b"}');
INSERT INTO "record_person" VALUES(8,'Dee Expired','1004',NULL,NULL,'{"name": "02d20bbd7e394ad5999a4cebabac9619", "personnel_no": "7688b6ef52555962d008fff894223582", "manager_name": "c837649cce43f2729138e72cc3152070", "manager_personnel_no": "6208ef0f7750c111548cf90b6ea1d0d0"}');
INSERT INTO "record_person" VALUES(9,'ADA ÅNGSTRÖM','1001',NULL,NULL,'{"name": "3e1e967e9b793e908f8eae83c74dba9b", "personnel_no": "39fa9ec190eee7b6f4dff1100d6343e1", "manager_name": "d029fa3a95e174a19934857f535eb942", "manager_personnel_no": "81b8a03f97e8787c53fe1a86bda042b6"}');
INSERT INTO "record_person" VALUES(10,'Ada Ångström','1001',NULL,NULL,'{"name": "a21855da08cb102d1d217c53dc5824a3", "personnel_no": "c75cb66ae28d8ebc6eded002c28a8ba0", "manager_name": "ff5a1ae012afa5d4c889c50ad427aaf5", "manager_personnel_no": "7f2253d7e228b22a08bda1f09c516f6f"}');
INSERT INTO "record_person" VALUES(11,'Dee Expired','1004',NULL,NULL,'{"name": "a88a7902cb4ef697ba0b6759c50e8c10", "personnel_no": "349c41201b62db851192665c504b350f", "manager_name": "98a3ab7c340e8a033e7b37b6ef942875", "manager_personnel_no": "48449a14a4ff7d79bb7a1b6f3d488eba"}');
CREATE TABLE recovery_code (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    hash TEXT NOT NULL,
    made_at VARCHAR(32) NOT NULL,
    used_at VARCHAR(32),
    CONSTRAINT fk_recovery_code_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_recovery_code PRIMARY KEY (id),
    CONSTRAINT uq_recovery_code_user_id_hash UNIQUE (user_id, hash)
);
CREATE TABLE requirement (
    id INTEGER NOT NULL,
    course_id INTEGER NOT NULL,
    target TEXT NOT NULL,
    unit_id INTEGER,
    user_id INTEGER,
    version INTEGER NOT NULL,
    level TEXT NOT NULL,
    due_on DATE NOT NULL,
    joiner_days INTEGER NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    created_by INTEGER,
    withdrawn_at VARCHAR(32), staged_at VARCHAR(32),
    CONSTRAINT ck_requirement_joiner_days_positive CHECK (joiner_days >= 0),
    CONSTRAINT ck_requirement_target_complete CHECK ((target = 'unit') = (unit_id IS NOT NULL) AND (target = 'person') = (user_id IS NOT NULL)),
    CONSTRAINT ck_requirement_target_known CHECK (target IN ('everybody','unit','person')),
    CONSTRAINT fk_requirement_course_id FOREIGN KEY(course_id) REFERENCES course (id),
    CONSTRAINT fk_requirement_created_by FOREIGN KEY(created_by) REFERENCES user (id),
    CONSTRAINT fk_requirement_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id),
    CONSTRAINT fk_requirement_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_requirement PRIMARY KEY (id)
);
INSERT INTO "requirement" VALUES(1,1,'everybody',NULL,NULL,1,'aware','2026-12-31',30,'2026-11-23T09:00:00.000000Z',NULL,NULL,NULL);
INSERT INTO "requirement" VALUES(2,2,'everybody',NULL,NULL,1,'aware','2026-12-31',30,'2026-11-23T09:00:00.000000Z',NULL,NULL,NULL);
CREATE TABLE result (
    attempt_id INTEGER NOT NULL,
    score TEXT NOT NULL,
    out_of TEXT NOT NULL,
    percent TEXT NOT NULL,
    passed BOOLEAN NOT NULL,
    marked_at VARCHAR(32) NOT NULL,
    CONSTRAINT fk_result_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id),
    CONSTRAINT pk_result PRIMARY KEY (attempt_id),
    CONSTRAINT uq_result_attempt_id_passed UNIQUE (attempt_id, passed)
);
INSERT INTO "result" VALUES(1,'1','5','20.0',0,'2026-11-23T10:00:00.000000Z');
INSERT INTO "result" VALUES(2,'5','5','100.0',1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "result" VALUES(3,'5','5','100.0',1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "result" VALUES(4,'5','5','100.0',1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "result" VALUES(5,'13/3','5','86.6',1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "result" VALUES(6,'1','5','20.0',0,'2026-11-23T10:00:00.000000Z');
INSERT INTO "result" VALUES(7,'4/3','5','26.6',0,'2026-11-23T10:00:00.000000Z');
INSERT INTO "result" VALUES(8,'1','5','20.0',0,'2026-11-23T10:00:00.000000Z');
INSERT INTO "result" VALUES(9,'5','5','100.0',1,'2026-11-24T11:00:00.000000Z');
INSERT INTO "result" VALUES(10,'5','5','100.0',1,'2026-11-24T11:00:00.000000Z');
INSERT INTO "result" VALUES(11,'0','1','0.0',0,'2026-11-24T11:00:00.000000Z');
INSERT INTO "result" VALUES(12,'0','1','0.0',0,'2026-11-24T11:00:00.000000Z');
CREATE TABLE result_seen (
    attempt_id INTEGER NOT NULL,
    seen_at VARCHAR(32) NOT NULL,
    CONSTRAINT fk_result_seen_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id),
    CONSTRAINT pk_result_seen PRIMARY KEY (attempt_id)
);
INSERT INTO "result_seen" VALUES(2,'2026-11-23T11:00:00.000000Z');
CREATE TABLE roster_line (
    user_id INTEGER NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE NOT NULL,
    name_folded TEXT NOT NULL,
    personnel_no TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    has_password BOOLEAN NOT NULL,
    words TEXT NOT NULL,
    unit_id INTEGER,
    unit TEXT,
    site_id INTEGER,
    site TEXT,
    job_role_id INTEGER,
    job_role TEXT,
    manager_id INTEGER,
    manager TEXT,
    CONSTRAINT fk_roster_line_job_role_id FOREIGN KEY(job_role_id) REFERENCES job_role (id),
    CONSTRAINT fk_roster_line_manager_id FOREIGN KEY(manager_id) REFERENCES user (id),
    CONSTRAINT fk_roster_line_site_id FOREIGN KEY(site_id) REFERENCES site (id),
    CONSTRAINT fk_roster_line_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id),
    CONSTRAINT fk_roster_line_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_roster_line PRIMARY KEY (user_id, from_on)
);
INSERT INTO "roster_line" VALUES(2,'2026-01-02','9999-12-31','bela o''neill','1002',1,0,' 1002 bela neill oneill',2,'Hall',1,'Halden',1,'Operator',NULL,NULL);
INSERT INTO "roster_line" VALUES(4,'2026-01-04','9999-12-31','dee expired','1004',1,0,' 1004 dee expired',2,'Hall',1,'Halden',1,'Operator',NULL,NULL);
INSERT INTO "roster_line" VALUES(6,'2026-01-06','9999-12-31','fay sitting','1006',1,0,' 1006 fay sitting',2,'Hall',1,'Halden',1,'Operator',NULL,NULL);
INSERT INTO "roster_line" VALUES(7,'2026-01-07','9999-12-31','ada ångström','1007',1,0,' 1007 ada ångström',1,'Works',1,'Halden',1,'Operator',NULL,NULL);
INSERT INTO "roster_line" VALUES(8,'0001-01-01','9999-12-31','gus publishing','2001',1,0,' 2001 gus publishing',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "roster_line" VALUES(9,'0001-01-01','9999-12-31','hal looking on','2002',1,0,' 2002 hal looking on',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "roster_line" VALUES(10,'0001-01-01','9999-12-31','ivy elsewhere','2003',1,0,' 2003 elsewhere ivy',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "roster_line" VALUES(5,'2026-01-05','2026-11-24','eli left','1005',0,0,' 1005 eli left',1,'Works',1,'Halden',1,'Operator',NULL,NULL);
INSERT INTO "roster_line" VALUES(5,'2026-11-24','9999-12-31','eli left','1005',0,0,' 1005 eli left',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "roster_line" VALUES(11,'0001-01-01','9999-12-31','kim office','3001',1,0,' 3001 kim office',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "roster_line" VALUES(12,'0001-01-01','9999-12-31','lou office','3002',1,0,' 3002 lou office',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "roster_line" VALUES(1,'2026-01-01','9999-12-31','ada ångström','1001',1,0,' 1001 ada ada@examplecom ångström',1,'Works',1,'Halden',1,'Operator',NULL,NULL);
INSERT INTO "roster_line" VALUES(3,'2026-01-03','9999-12-31','chi nguyen','1003',1,0,' 1003 chi nguyen',1,'Works',1,'Halden',1,'Operator',NULL,NULL);
CREATE TABLE search_word (
    user_id INTEGER NOT NULL,
    word TEXT NOT NULL,
    CONSTRAINT fk_search_word_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_search_word PRIMARY KEY (user_id, word)
);
INSERT INTO "search_word" VALUES(2,'1002');
INSERT INTO "search_word" VALUES(2,'bela');
INSERT INTO "search_word" VALUES(2,'neill');
INSERT INTO "search_word" VALUES(2,'oneill');
INSERT INTO "search_word" VALUES(4,'1004');
INSERT INTO "search_word" VALUES(4,'dee');
INSERT INTO "search_word" VALUES(4,'expired');
INSERT INTO "search_word" VALUES(5,'1005');
INSERT INTO "search_word" VALUES(5,'eli');
INSERT INTO "search_word" VALUES(5,'left');
INSERT INTO "search_word" VALUES(6,'1006');
INSERT INTO "search_word" VALUES(6,'fay');
INSERT INTO "search_word" VALUES(6,'sitting');
INSERT INTO "search_word" VALUES(7,'1007');
INSERT INTO "search_word" VALUES(7,'ada');
INSERT INTO "search_word" VALUES(7,'ångström');
INSERT INTO "search_word" VALUES(8,'2001');
INSERT INTO "search_word" VALUES(8,'gus');
INSERT INTO "search_word" VALUES(8,'publishing');
INSERT INTO "search_word" VALUES(9,'2002');
INSERT INTO "search_word" VALUES(9,'hal');
INSERT INTO "search_word" VALUES(9,'looking');
INSERT INTO "search_word" VALUES(9,'on');
INSERT INTO "search_word" VALUES(10,'2003');
INSERT INTO "search_word" VALUES(10,'elsewhere');
INSERT INTO "search_word" VALUES(10,'ivy');
INSERT INTO "search_word" VALUES(11,'3001');
INSERT INTO "search_word" VALUES(11,'kim');
INSERT INTO "search_word" VALUES(11,'office');
INSERT INTO "search_word" VALUES(12,'3002');
INSERT INTO "search_word" VALUES(12,'lou');
INSERT INTO "search_word" VALUES(12,'office');
INSERT INTO "search_word" VALUES(1,'1001');
INSERT INTO "search_word" VALUES(1,'ada');
INSERT INTO "search_word" VALUES(1,'ada@examplecom');
INSERT INTO "search_word" VALUES(1,'ångström');
INSERT INTO "search_word" VALUES(3,'1003');
INSERT INTO "search_word" VALUES(3,'chi');
INSERT INTO "search_word" VALUES(3,'nguyen');
CREATE TABLE self_rating (
    user_id INTEGER NOT NULL,
    module_id INTEGER NOT NULL,
    question TEXT NOT NULL,
    rating TEXT NOT NULL,
    rated_at VARCHAR(32) NOT NULL,
    CONSTRAINT ck_self_rating_rating_known CHECK (rating IN ('knew','partly','not_yet')),
    CONSTRAINT fk_self_rating_module_id FOREIGN KEY(module_id) REFERENCES module (id),
    CONSTRAINT fk_self_rating_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_self_rating PRIMARY KEY (user_id, module_id, question)
);
INSERT INTO "self_rating" VALUES(1,1,'M1-R1','knew','2026-11-23T10:00:00.000000Z');
CREATE TABLE setting (
    id INTEGER NOT NULL,
    name TEXT NOT NULL,
    number INTEGER NOT NULL,
    "before" TEXT,
    "after" TEXT NOT NULL,
    reason TEXT NOT NULL,
    changed_at VARCHAR(32) NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id INTEGER,
    CONSTRAINT pk_setting PRIMARY KEY (id),
    CONSTRAINT uq_setting_name_number UNIQUE (name, number)
);
INSERT INTO "setting" VALUES(1,'two_person_roles',1,'off','on','Two look at roles.','2026-11-23T11:00:00.000000Z','command',NULL);
CREATE TABLE sign_in_name (
    folded TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    CONSTRAINT ck_sign_in_name_kind_known CHECK (kind IN ('personnel_no','email')),
    CONSTRAINT fk_sign_in_name_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_sign_in_name PRIMARY KEY (folded),
    CONSTRAINT uq_sign_in_name_user_id_kind UNIQUE (user_id, kind)
);
INSERT INTO "sign_in_name" VALUES('1002',2,'personnel_no');
INSERT INTO "sign_in_name" VALUES('1004',4,'personnel_no');
INSERT INTO "sign_in_name" VALUES('1005',5,'personnel_no');
INSERT INTO "sign_in_name" VALUES('1006',6,'personnel_no');
INSERT INTO "sign_in_name" VALUES('1007',7,'personnel_no');
INSERT INTO "sign_in_name" VALUES('2001',8,'personnel_no');
INSERT INTO "sign_in_name" VALUES('2002',9,'personnel_no');
INSERT INTO "sign_in_name" VALUES('2003',10,'personnel_no');
INSERT INTO "sign_in_name" VALUES('3001',11,'personnel_no');
INSERT INTO "sign_in_name" VALUES('3002',12,'personnel_no');
INSERT INTO "sign_in_name" VALUES('1003',3,'personnel_no');
INSERT INTO "sign_in_name" VALUES('1001',1,'personnel_no');
INSERT INTO "sign_in_name" VALUES('ada@example.com',1,'email');
CREATE TABLE "signing_key" (
    key_id TEXT NOT NULL,
    public_pem TEXT NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    retired_at VARCHAR(32),
    stolen_at VARCHAR(32),
    CONSTRAINT ck_signing_key_stolen_is_retired CHECK (stolen_at IS NULL OR retired_at IS NOT NULL),
    CONSTRAINT pk_signing_key PRIMARY KEY (key_id)
);
INSERT INTO "signing_key" VALUES('5baec2510da1735f','-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAwQNwOTLs3mU4qWikfgrg9hA9yGFtR8aeCiqEd3slQCk=
-----END PUBLIC KEY-----
','2026-11-23T10:00:00.000000Z',NULL,NULL);
CREATE TABLE site (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL, time_zone TEXT,
    CONSTRAINT pk_site PRIMARY KEY (id),
    CONSTRAINT uq_site_code UNIQUE (code)
);
INSERT INTO "site" VALUES(1,'S1','Halden',NULL);
CREATE TABLE "standard" (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    reference TEXT NOT NULL,
    title TEXT NOT NULL,
    certifiable BOOLEAN NOT NULL,
    CONSTRAINT pk_standard PRIMARY KEY (id),
    CONSTRAINT uq_standard_code UNIQUE (code)
);
INSERT INTO "standard" VALUES(1,'iso-9001','ISO 9001','Quality management systems, requirements',1);
INSERT INTO "standard" VALUES(2,'iso-14001','ISO 14001','Environmental management systems, requirements',1);
INSERT INTO "standard" VALUES(3,'iso-45001','ISO 45001','Occupational health and safety management systems, requirements',1);
INSERT INTO "standard" VALUES(4,'iso-27001','ISO/IEC 27001','Information security management systems, requirements',1);
INSERT INTO "standard" VALUES(5,'iso-22301','ISO 22301','Business continuity management systems, requirements',1);
INSERT INTO "standard" VALUES(6,'iso-50001','ISO 50001','Energy management systems, requirements',1);
INSERT INTO "standard" VALUES(7,'iso-13485','ISO 13485','Quality management systems for medical devices, requirements',1);
INSERT INTO "standard" VALUES(8,'iso-22000','ISO 22000','Food safety management systems, requirements',1);
INSERT INTO "standard" VALUES(9,'iso-20000-1','ISO/IEC 20000-1','Service management systems, requirements',1);
INSERT INTO "standard" VALUES(10,'iso-37001','ISO 37001','Anti-bribery management systems, requirements',1);
INSERT INTO "standard" VALUES(11,'iso-42001','ISO/IEC 42001','Management systems for artificial intelligence, requirements',1);
INSERT INTO "standard" VALUES(12,'iso-9000','ISO 9000','Quality management, fundamentals and vocabulary',0);
INSERT INTO "standard" VALUES(13,'iso-27000','ISO/IEC 27000','Information security management systems, overview',0);
INSERT INTO "standard" VALUES(14,'iso-19011','ISO 19011','Auditing management systems, guidelines',0);
INSERT INTO "standard" VALUES(15,'iso-10015','ISO 10015','Competence management and people development, guidelines',0);
INSERT INTO "standard" VALUES(16,'iso-17000','ISO/IEC 17000','Conformity assessment, vocabulary and general principles',0);
INSERT INTO "standard" VALUES(17,'iso-17011','ISO/IEC 17011','Accreditation bodies, requirements',0);
INSERT INTO "standard" VALUES(18,'iso-17021-1','ISO/IEC 17021-1','Bodies providing audit and certification of management systems',0);
INSERT INTO "standard" VALUES(19,'iso-17024','ISO/IEC 17024','Bodies certifying persons, requirements',0);
INSERT INTO "standard" VALUES(20,'iso-17025','ISO/IEC 17025','Testing and calibration laboratories, competence',0);
INSERT INTO "standard" VALUES(21,'iso-17065','ISO/IEC 17065','Bodies certifying products, processes and services',0);
INSERT INTO "standard" VALUES(22,'iso-27006-1','ISO/IEC 27006-1','Bodies certifying information security management systems',0);
INSERT INTO "standard" VALUES(23,'iso-42006','ISO/IEC 42006','Bodies certifying management systems for artificial intelligence',0);
CREATE TABLE "term" (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    current_version_id INTEGER,
    library_id INTEGER NOT NULL,
    CONSTRAINT fk_term_current_version_id FOREIGN KEY(current_version_id) REFERENCES term_version (id),
    CONSTRAINT fk_term_library_id FOREIGN KEY(library_id) REFERENCES library (id),
    CONSTRAINT pk_term PRIMARY KEY (id),
    CONSTRAINT uq_term_library_id_code UNIQUE (library_id, code)
);
INSERT INTO "term" VALUES(1,'body',1,1);
INSERT INTO "term" VALUES(2,'body',2,2);
CREATE TABLE term_version (
    id INTEGER NOT NULL,
    term_id INTEGER NOT NULL,
    term TEXT NOT NULL,
    also JSON NOT NULL,
    definition TEXT NOT NULL,
    facts JSON NOT NULL,
    content_hash TEXT NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    CONSTRAINT fk_term_version_term_id FOREIGN KEY(term_id) REFERENCES term (id),
    CONSTRAINT pk_term_version PRIMARY KEY (id),
    CONSTRAINT uq_term_version_term_id_content_hash UNIQUE (term_id, content_hash)
);
INSERT INTO "term_version" VALUES(1,1,'certification body','["certification bodies"]','An organization that audits and certifies.','["A1"]','b9e8d075de45f55fe9adb63712f6ae5805ea73b537ad6aa972187ccc231f29e6','2026-11-23T09:00:00.000000Z');
INSERT INTO "term_version" VALUES(2,2,'certification body','["certification bodies"]','An organization that audits and certifies.','["A1"]','b9e8d075de45f55fe9adb63712f6ae5805ea73b537ad6aa972187ccc231f29e6','2026-11-23T09:00:00.000000Z');
CREATE TABLE throttle (
    "key" TEXT NOT NULL,
    window_started_at VARCHAR(32) NOT NULL,
    count INTEGER NOT NULL,
    CONSTRAINT pk_throttle PRIMARY KEY ("key")
);
CREATE TABLE unit (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    parent_id INTEGER,
    CONSTRAINT fk_unit_parent_id FOREIGN KEY(parent_id) REFERENCES unit (id),
    CONSTRAINT pk_unit PRIMARY KEY (id),
    CONSTRAINT uq_unit_code UNIQUE (code)
);
INSERT INTO "unit" VALUES(1,'WORKS','Works',NULL);
INSERT INTO "unit" VALUES(2,'HALL','Hall',1);
CREATE TABLE user (
    id INTEGER NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    deactivated_at VARCHAR(32),
    is_demo BOOLEAN NOT NULL, language TEXT, time_zone TEXT,
    CONSTRAINT pk_user PRIMARY KEY (id)
);
INSERT INTO "user" VALUES(1,'2026-11-23T09:00:00.000000Z',NULL,0,NULL,NULL);
INSERT INTO "user" VALUES(2,'2026-11-23T09:00:00.000000Z',NULL,0,NULL,NULL);
INSERT INTO "user" VALUES(3,'2026-11-23T09:00:00.000000Z',NULL,0,NULL,NULL);
INSERT INTO "user" VALUES(4,'2026-11-23T09:00:00.000000Z',NULL,0,NULL,NULL);
INSERT INTO "user" VALUES(5,'2026-11-23T09:00:00.000000Z','2026-11-23T10:00:00.000000Z',0,NULL,NULL);
INSERT INTO "user" VALUES(6,'2026-11-23T09:00:00.000000Z',NULL,0,NULL,NULL);
INSERT INTO "user" VALUES(7,'2026-11-23T09:00:00.000000Z',NULL,0,NULL,NULL);
INSERT INTO "user" VALUES(8,'2026-11-23T09:00:00.000000Z',NULL,0,NULL,NULL);
INSERT INTO "user" VALUES(9,'2026-11-23T09:00:00.000000Z',NULL,0,NULL,NULL);
INSERT INTO "user" VALUES(10,'2026-11-23T09:00:00.000000Z',NULL,0,NULL,NULL);
INSERT INTO "user" VALUES(11,'2026-11-23T11:00:00.000000Z',NULL,0,NULL,NULL);
INSERT INTO "user" VALUES(12,'2026-11-23T11:00:00.000000Z',NULL,0,NULL,NULL);
CREATE TABLE user_role (
    user_id INTEGER NOT NULL,
    role TEXT NOT NULL,
    granted_at VARCHAR(32) NOT NULL,
    granted_by INTEGER,
    CONSTRAINT ck_user_role_role_known CHECK (role IN ('employee','trainer','hr','manager','auditor','admin')),
    CONSTRAINT fk_user_role_granted_by FOREIGN KEY(granted_by) REFERENCES user (id),
    CONSTRAINT fk_user_role_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_user_role PRIMARY KEY (user_id, role)
);
INSERT INTO "user_role" VALUES(1,'employee','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "user_role" VALUES(2,'employee','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "user_role" VALUES(3,'employee','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "user_role" VALUES(4,'employee','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "user_role" VALUES(5,'employee','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "user_role" VALUES(6,'employee','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "user_role" VALUES(7,'employee','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "user_role" VALUES(8,'trainer','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "user_role" VALUES(9,'trainer','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "user_role" VALUES(10,'trainer','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "user_role" VALUES(11,'hr','2026-11-23T11:00:00.000000Z',NULL);
INSERT INTO "user_role" VALUES(12,'hr','2026-11-23T11:00:00.000000Z',NULL);
CREATE TABLE user_session (
    id INTEGER NOT NULL,
    token_hash TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    last_seen_at VARCHAR(32) NOT NULL,
    ended_at VARCHAR(32),
    browser TEXT NOT NULL, sitting INTEGER, failed_before INTEGER, failed_at VARCHAR(32), enrolling BOOLEAN DEFAULT 0 NOT NULL, address TEXT, proved_at VARCHAR(32),
    CONSTRAINT fk_user_session_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT pk_user_session PRIMARY KEY (id),
    CONSTRAINT uq_user_session_token_hash UNIQUE (token_hash)
);
INSERT INTO "user_session" VALUES(1,'e5eeda55757ae8a7989dfb5a6ab8d2ae92d3cd9ce2c0450842ce9f3e4eacfb25',1,'2026-11-23T10:00:00.000000Z','2026-11-23T10:00:00.000000Z',NULL,'test',NULL,0,NULL,0,NULL,'2026-11-23T10:00:00.000000Z');
INSERT INTO "user_session" VALUES(2,'589115f1ff6f134ce38110269a7e2bf41f8bcfe6aa72412dfb3b32356e26edad',6,'2026-11-24T11:00:00.000000Z','2026-11-24T11:00:00.000000Z',NULL,'test',13,0,NULL,0,NULL,'2026-11-24T11:00:00.000000Z');
CREATE TABLE work (
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    params JSON NOT NULL,
    asked_by INTEGER NOT NULL,
    asked_at VARCHAR(32) NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    held_by TEXT,
    held_until VARCHAR(32),
    began_at VARCHAR(32),
    done INTEGER NOT NULL,
    total INTEGER,
    ended_at VARCHAR(32),
    sentence TEXT,
    file_name TEXT,
    size INTEGER,
    purged_at VARCHAR(32),
    CONSTRAINT ck_work_ended_when_over CHECK ((state IN ('waiting','running')) = (ended_at IS NULL)),
    CONSTRAINT ck_work_held_while_running CHECK (state <> 'running' OR held_by IS NOT NULL),
    CONSTRAINT ck_work_state_known CHECK (state IN ('waiting','running','done','failed','cancelled')),
    CONSTRAINT pk_work PRIMARY KEY (id)
);
CREATE INDEX ix_outgoing_mail_waiting ON outgoing_mail (state, id);
CREATE INDEX ix_unit_parent_id ON unit (parent_id);
CREATE INDEX ix_identity_name_folded ON identity (name_folded);
CREATE INDEX ix_user_session_user_id ON user_session (user_id);
CREATE INDEX ix_one_time_link_user_id ON one_time_link (user_id);
CREATE UNIQUE INDEX uq_employment_open ON employment (user_id) WHERE left_on IS NULL;
CREATE INDEX ix_employment_user_id ON employment (user_id);
CREATE INDEX ix_placement_unit_id ON placement (unit_id);
CREATE INDEX ix_placement_manager_id ON placement (manager_id);
CREATE INDEX ix_placement_user_id ON placement (user_id);
CREATE UNIQUE INDEX uq_placement_open ON placement (user_id) WHERE valid_to IS NULL;
CREATE INDEX ix_quiz_course_kind ON quiz (course_id, kind);
CREATE INDEX ix_requirement_course_id ON requirement (course_id);
CREATE INDEX ix_question_bank_retired ON question (bank_id, retired_at);
CREATE INDEX ix_pool_snapshot_bank_id ON pool_snapshot (bank_id);
CREATE UNIQUE INDEX uq_bank_upload_applied ON bank_upload (bank_id, sha256, options_hash) WHERE state = 'applied';
CREATE UNIQUE INDEX uq_quiz_version_draft ON quiz_version (quiz_id) WHERE state = 'draft';
CREATE INDEX ix_assignment_user_course ON assignment (user_id, course_id);
CREATE INDEX ix_assignment_course_user ON assignment (course_id, user_id);
CREATE INDEX ix_attempt_open_deadline ON attempt (deadline_at) WHERE state = 'open';
CREATE UNIQUE INDEX uq_attempt_open ON attempt (user_id, quiz_id) WHERE state = 'open';
CREATE INDEX ix_certificate_user_course ON certificate (user_id, course_id);
CREATE INDEX ix_completion_record_user_course ON completion_record (user_id, course_id, completed_at);
CREATE UNIQUE INDEX uq_completion_record_corrects ON completion_record (corrects_id);
CREATE UNIQUE INDEX uq_completion_record_attempt ON completion_record (attempt_id) WHERE corrects_id IS NULL;
CREATE TRIGGER freeze_event BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'event rows are frozen'); END;
CREATE TRIGGER freeze_course_version BEFORE UPDATE ON course_version BEGIN SELECT RAISE(ABORT, 'course_version rows are frozen'); END;
CREATE TRIGGER freeze_module_version BEFORE UPDATE ON module_version BEGIN SELECT RAISE(ABORT, 'module_version rows are frozen'); END;
CREATE TRIGGER freeze_fact_version BEFORE UPDATE ON fact_version BEGIN SELECT RAISE(ABORT, 'fact_version rows are frozen'); END;
CREATE TRIGGER freeze_question_key BEFORE UPDATE ON question_key BEGIN SELECT RAISE(ABORT, 'question_key rows are frozen'); END;
CREATE TRIGGER freeze_pool_snapshot BEFORE UPDATE ON pool_snapshot BEGIN SELECT RAISE(ABORT, 'pool_snapshot rows are frozen'); END;
CREATE TRIGGER freeze_form BEFORE UPDATE ON form BEGIN SELECT RAISE(ABORT, 'form rows are frozen'); END;
CREATE TRIGGER freeze_result BEFORE UPDATE ON result BEGIN SELECT RAISE(ABORT, 'result rows are frozen'); END;
CREATE TRIGGER freeze_certificate BEFORE UPDATE ON certificate BEGIN SELECT RAISE(ABORT, 'certificate rows are frozen'); END;
CREATE TRIGGER freeze_completion_record BEFORE UPDATE ON completion_record BEGIN SELECT RAISE(ABORT, 'completion_record rows are frozen'); END;
CREATE TRIGGER keep_event BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'event rows are kept'); END;
CREATE TRIGGER keep_certificate BEFORE DELETE ON certificate BEGIN SELECT RAISE(ABORT, 'certificate rows are kept'); END;
CREATE TRIGGER keep_completion_record BEFORE DELETE ON completion_record BEGIN SELECT RAISE(ABORT, 'completion_record rows are kept'); END;
CREATE TRIGGER keep_result BEFORE DELETE ON result BEGIN SELECT RAISE(ABORT, 'result rows are kept'); END;
CREATE TRIGGER keep_attempt BEFORE DELETE ON attempt BEGIN SELECT RAISE(ABORT, 'attempt rows are kept'); END;
CREATE TRIGGER freeze_attempt BEFORE UPDATE ON attempt WHEN OLD.state <> 'open' BEGIN SELECT RAISE(ABORT, 'attempt is closed'); END;
CREATE TRIGGER freeze_quiz_version BEFORE UPDATE ON quiz_version WHEN OLD.state = 'published' BEGIN SELECT RAISE(ABORT, 'quiz_version is published'); END;
CREATE TRIGGER freeze_answer_insert BEFORE INSERT ON answer WHEN (SELECT state FROM attempt WHERE id = NEW.attempt_id) <> 'open' BEGIN SELECT RAISE(ABORT, 'attempt is closed'); END;
CREATE TRIGGER freeze_answer_update BEFORE UPDATE ON answer WHEN (SELECT state FROM attempt WHERE id = NEW.attempt_id) <> 'open' BEGIN SELECT RAISE(ABORT, 'attempt is closed'); END;
CREATE INDEX ix_attempt_item_question_version_id ON attempt_item (question_version_id);
CREATE TRIGGER freeze_attempt_item BEFORE UPDATE ON attempt_item BEGIN SELECT RAISE(ABORT, 'attempt_item rows are frozen'); END;
CREATE TRIGGER keep_attempt_item BEFORE DELETE ON attempt_item BEGIN SELECT RAISE(ABORT, 'attempt_item rows are kept'); END;
CREATE TRIGGER freeze_attempt_mark BEFORE UPDATE ON attempt_mark BEGIN SELECT RAISE(ABORT, 'attempt_mark rows are frozen'); END;
CREATE TRIGGER keep_attempt_mark BEFORE DELETE ON attempt_mark BEGIN SELECT RAISE(ABORT, 'attempt_mark rows are kept'); END;
CREATE INDEX ix_course_library_id ON course (library_id);
CREATE INDEX ix_bank_library_id ON bank (library_id);
CREATE UNIQUE INDEX uq_quiz_exam ON quiz (course_id) WHERE kind = 'exam' AND retired_at IS NULL;
CREATE TRIGGER freeze_term_version BEFORE UPDATE ON term_version BEGIN SELECT RAISE(ABORT, 'term_version rows are frozen'); END;
CREATE TRIGGER freeze_course_module BEFORE UPDATE ON course_module BEGIN SELECT RAISE(ABORT, 'course_module rows are frozen'); END;
CREATE TRIGGER freeze_course_fact BEFORE UPDATE ON course_fact BEGIN SELECT RAISE(ABORT, 'course_fact rows are frozen'); END;
CREATE TRIGGER freeze_course_term BEFORE UPDATE ON course_term BEGIN SELECT RAISE(ABORT, 'course_term rows are frozen'); END;
CREATE INDEX ix_edition_alias_edition_id ON edition_alias (edition_id);
CREATE INDEX ix_edition_standard_id ON edition (standard_id);
CREATE TRIGGER freeze_setting BEFORE UPDATE ON setting BEGIN SELECT RAISE(ABORT, 'setting rows are frozen'); END;
CREATE TRIGGER keep_setting BEFORE DELETE ON setting BEGIN SELECT RAISE(ABORT, 'setting rows are kept'); END;
CREATE INDEX ix_work_asked_by ON work (asked_by, id);
CREATE INDEX ix_work_unended ON work (id) WHERE ended_at IS NULL;
CREATE INDEX ix_work_unpurged ON work (ended_at) WHERE purged_at IS NULL;
CREATE INDEX ix_outgoing_mail_kept ON outgoing_mail (created_at) WHERE erased_at IS NULL;
CREATE INDEX ix_search_word_word ON search_word (word, user_id);
CREATE INDEX ix_roster_line_unit_id ON roster_line (unit_id);
CREATE INDEX ix_roster_line_unit ON roster_line (unit, name_folded, user_id);
CREATE INDEX ix_roster_line_site_id ON roster_line (site_id);
CREATE INDEX ix_roster_line_site ON roster_line (site, name_folded, user_id);
CREATE INDEX ix_roster_line_job_role_id ON roster_line (job_role_id);
CREATE INDEX ix_roster_line_job_role ON roster_line (job_role, name_folded, user_id);
CREATE INDEX ix_roster_line_manager_id ON roster_line (manager_id);
CREATE INDEX ix_roster_line_manager ON roster_line (manager, name_folded, user_id);
CREATE INDEX ix_roster_line_name ON roster_line (name_folded, user_id);
CREATE INDEX ix_roster_line_number ON roster_line (personnel_no, user_id);
CREATE INDEX ix_roster_line_state ON roster_line (active, has_password, user_id);
CREATE INDEX ix_certificate_standing_user_id ON certificate_standing (user_id);
CREATE INDEX ix_certificate_standing_held_days ON certificate_standing (held_days);
CREATE INDEX ix_certificate_standing_issued ON certificate_standing (issued_at, certificate_id);
CREATE INDEX ix_certificate_standing_ending_issued ON certificate_standing (ending, issued_at, certificate_id);
CREATE INDEX ix_certificate_standing_until ON certificate_standing (valid_until, certificate_id);
CREATE INDEX ix_certificate_standing_ending_until ON certificate_standing (ending, valid_until, certificate_id);
CREATE INDEX ix_certificate_standing_name ON certificate_standing (name_folded, certificate_id);
CREATE INDEX ix_certificate_standing_ending_name ON certificate_standing (ending, name_folded, certificate_id);
CREATE INDEX ix_event_occurred ON event (occurred_at, id);
CREATE INDEX ix_event_scope_action ON event (scope, action);
CREATE INDEX ix_event_action ON event (action, occurred_at, id);
CREATE INDEX ix_event_actor ON event (actor_id, occurred_at, id);
CREATE INDEX ix_event_object ON event (object_type, object_id, occurred_at, id);
CREATE INDEX ix_event_request_id ON event (request_id);
CREATE UNIQUE INDEX uq_library_member_owner ON library_member (library_id) WHERE role = 'owner';
CREATE UNIQUE INDEX uq_course_member_owner ON course_member (course_id) WHERE role = 'owner';
CREATE UNIQUE INDEX uq_bank_member_owner ON bank_member (bank_id) WHERE role = 'owner';
CREATE TRIGGER remember_key_seen BEFORE DELETE ON bank_member BEGIN INSERT OR IGNORE INTO key_seen (bank_id, user_id) VALUES (OLD.bank_id, OLD.user_id); END;
CREATE UNIQUE INDEX uq_proposal_open ON proposal (kind, object_id) WHERE state = 'asked';
CREATE INDEX ix_proposal_asked_by ON proposal (asked_by, id);
CREATE INDEX ix_former_identity_user_id ON former_identity (user_id);
CREATE TRIGGER keep_proposal BEFORE DELETE ON proposal BEGIN SELECT RAISE(ABORT, 'proposal rows are kept'); END;
CREATE UNIQUE INDEX uq_authenticator_app_confirmed ON authenticator_app (user_id) WHERE confirmed_at IS NOT NULL;
CREATE UNIQUE INDEX uq_authenticator_app_begun ON authenticator_app (user_id) WHERE confirmed_at IS NULL;
CREATE INDEX ix_passkey_user_id ON passkey (user_id);
CREATE INDEX ix_half_way_user_id ON half_way (user_id);
CREATE INDEX ix_account_notice_user_id ON account_notice (user_id, at);
CREATE UNIQUE INDEX uq_question_batch_hidden ON question_batch (bank_id) WHERE state <> 'shown';
CREATE INDEX ix_question_batch_upload_id ON question_batch (upload_id);
CREATE INDEX ix_question_version_question_id ON question_version (question_id);
CREATE INDEX ix_question_version_content_hash ON question_version (content_hash);
CREATE TRIGGER freeze_question_version BEFORE UPDATE ON question_version BEGIN SELECT RAISE(ABORT, 'question_version rows are frozen'); END;
CREATE INDEX ix_question_version_batch_id ON question_version (batch_id);
CREATE INDEX ix_people_import_sha256 ON people_import (sha256);
CREATE UNIQUE INDEX uq_people_import_running ON people_import (state) WHERE state = 'running';
CREATE INDEX ix_requirement_staged ON requirement (id) WHERE staged_at IS NOT NULL;
CREATE TRIGGER keep_signing_key BEFORE DELETE ON signing_key BEGIN SELECT RAISE(ABORT, 'signing_key rows are kept'); END;
CREATE TRIGGER freeze_signing_key BEFORE UPDATE ON signing_key WHEN NEW.key_id <> OLD.key_id OR NEW.public_pem <> OLD.public_pem OR NEW.created_at <> OLD.created_at OR NEW.retired_at <> OLD.retired_at OR (OLD.retired_at IS NOT NULL AND NEW.retired_at IS NULL) OR NEW.stolen_at > OLD.stolen_at OR (OLD.stolen_at IS NOT NULL AND NEW.stolen_at IS NULL) BEGIN SELECT RAISE(ABORT, 'signing_key only goes on'); END;
CREATE TRIGGER freeze_proposal BEFORE UPDATE ON proposal WHEN OLD.state <> 'asked' AND NOT (NEW.asked = '{}' AND NEW.reason = '' AND NEW.settled_reason IS NULL AND NEW.id IS OLD.id AND NEW.kind IS OLD.kind AND NEW.object_id IS OLD.object_id AND NEW.digest IS OLD.digest AND NEW.asked_at IS OLD.asked_at AND NEW.asker_kind IS OLD.asker_kind AND NEW.asked_by IS OLD.asked_by AND NEW.state IS OLD.state AND NEW.settled_at IS OLD.settled_at AND NEW.settler_kind IS OLD.settler_kind AND NEW.settled_by IS OLD.settled_by) BEGIN SELECT RAISE(ABORT, 'proposal is settled'); END;
CREATE INDEX ix_extra_attempt_quiz_id ON extra_attempt (quiz_id, given_at, id);
CREATE TRIGGER freeze_extra_attempt BEFORE UPDATE ON extra_attempt WHEN NEW.reason <> '' OR NEW.id <> OLD.id OR NEW.user_id <> OLD.user_id OR NEW.quiz_id <> OLD.quiz_id OR NEW.after_number <> OLD.after_number OR NEW.given_at <> OLD.given_at OR NEW.giver_kind <> OLD.giver_kind OR coalesce(NEW.given_by, 0) <> coalesce(OLD.given_by, 0) BEGIN SELECT RAISE(ABORT, 'extra_attempt rows are frozen'); END;
CREATE TRIGGER keep_extra_attempt BEFORE DELETE ON extra_attempt BEGIN SELECT RAISE(ABORT, 'extra_attempt rows are kept'); END;
CREATE INDEX ix_picture_kept_at ON picture (kept_at);
CREATE INDEX ix_question_picture_sha256 ON question_picture (sha256);
CREATE INDEX ix_module_picture_sha256 ON module_picture (sha256);
COMMIT;
