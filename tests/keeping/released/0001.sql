-- {"open": 6, "sitter": 6, "at": "2026-11-23T11:00:00+00:00", "keys": {"5baec2510da1735f": "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAeWg0rneK1Ule9QAx9nMNA4+d8lBm4sDNnGVzKxVKbR\n-----END PRIVATE KEY-----\n"}}
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE answer (
    attempt_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    response JSON,
    flagged BOOLEAN NOT NULL,
    rev INTEGER NOT NULL,
    saved_at VARCHAR(32) NOT NULL,
    CONSTRAINT pk_answer PRIMARY KEY (attempt_id, position),
    CONSTRAINT fk_answer_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id)
);
INSERT INTO "answer" VALUES(1,1,'["b", "c", "d"]',0,1,'2026-11-23T09:00:00.000000Z');
INSERT INTO "answer" VALUES(2,1,'"a"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(2,2,'["b", "c", "d"]',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(2,3,'["b", "c", "d"]',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(2,4,'"a"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(2,5,'"false"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(3,1,'["b", "c", "d"]',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(3,2,'"a"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(3,3,'["b", "c", "d"]',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(3,4,'"a"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(3,5,'"false"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(4,1,'"false"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(4,2,'["d"]',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(4,3,'"d"',0,1,'2026-11-23T10:00:00.000000Z');
INSERT INTO "answer" VALUES(6,1,'"a"',0,1,'2026-11-23T11:00:00.000000Z');
INSERT INTO "answer" VALUES(6,2,'"true"',0,1,'2026-11-23T11:00:00.000000Z');
CREATE TABLE approval (
    version_id INTEGER NOT NULL,
    approved_at VARCHAR(32) NOT NULL,
    approved_by INTEGER,
    second_approved_by INTEGER,
    CONSTRAINT pk_approval PRIMARY KEY (version_id),
    CONSTRAINT fk_approval_version_id FOREIGN KEY(version_id) REFERENCES question_version (id),
    CONSTRAINT fk_approval_approved_by FOREIGN KEY(approved_by) REFERENCES user (id),
    CONSTRAINT fk_approval_second_approved_by FOREIGN KEY(second_approved_by) REFERENCES user (id)
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
CREATE TABLE assignment (
    id INTEGER NOT NULL,
    requirement_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    course_id INTEGER NOT NULL,
    assigned_on DATE NOT NULL,
    due_on DATE NOT NULL,
    ended_on DATE,
    CONSTRAINT pk_assignment PRIMARY KEY (id),
    CONSTRAINT uq_assignment_requirement_id_user_id UNIQUE (requirement_id, user_id),
    CONSTRAINT fk_assignment_requirement_id FOREIGN KEY(requirement_id) REFERENCES requirement (id),
    CONSTRAINT fk_assignment_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT fk_assignment_course_id FOREIGN KEY(course_id) REFERENCES course (id)
);
INSERT INTO "assignment" VALUES(1,1,1,1,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(2,1,2,1,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(3,1,3,1,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(4,1,4,1,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(5,1,5,1,'2026-11-23','2026-12-31',NULL);
INSERT INTO "assignment" VALUES(6,1,6,1,'2026-11-23','2026-12-31',NULL);
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
    closed_at VARCHAR(32),
    CONSTRAINT pk_attempt PRIMARY KEY (id),
    CONSTRAINT uq_attempt_user_id_quiz_id_number UNIQUE (user_id, quiz_id, number),
    CONSTRAINT ck_attempt_state_known CHECK (state IN ('open','submitted','expired')),
    CONSTRAINT ck_attempt_closed_when_not_open CHECK ((state = 'open') = (closed_at IS NULL)),
    CONSTRAINT fk_attempt_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT fk_attempt_quiz_id FOREIGN KEY(quiz_id) REFERENCES quiz (id),
    CONSTRAINT fk_attempt_quiz_version_id FOREIGN KEY(quiz_version_id) REFERENCES quiz_version (id),
    CONSTRAINT fk_attempt_course_version_id FOREIGN KEY(course_version_id) REFERENCES course_version (id)
);
INSERT INTO "attempt" VALUES(1,4,1,1,1,1,'expired','2026-11-23T09:00:00.000000Z','2026-11-23T09:30:00.000000Z','2026-11-23T09:30:15.000000Z');
INSERT INTO "attempt" VALUES(2,1,1,1,1,1,'submitted','2026-11-23T10:00:00.000000Z','2026-11-23T10:30:00.000000Z','2026-11-23T10:00:00.000000Z');
INSERT INTO "attempt" VALUES(3,2,1,1,1,1,'submitted','2026-11-23T10:00:00.000000Z','2026-11-23T10:30:00.000000Z','2026-11-23T10:00:00.000000Z');
INSERT INTO "attempt" VALUES(4,3,1,1,1,1,'submitted','2026-11-23T10:00:00.000000Z','2026-11-23T10:30:00.000000Z','2026-11-23T10:00:00.000000Z');
INSERT INTO "attempt" VALUES(5,2,2,2,1,1,'submitted','2026-11-23T11:00:00.000000Z',NULL,'2026-11-23T11:00:00.000000Z');
INSERT INTO "attempt" VALUES(6,6,1,1,1,1,'open','2026-11-23T11:00:00.000000Z','2026-11-23T11:30:00.000000Z',NULL);
CREATE TABLE bank (
    id INTEGER NOT NULL,
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    language TEXT NOT NULL,
    course_id INTEGER,
    current_pool_id INTEGER,
    created_at VARCHAR(32) NOT NULL,
    archived_at VARCHAR(32),
    CONSTRAINT pk_bank PRIMARY KEY (id),
    CONSTRAINT uq_bank_slug UNIQUE (slug),
    CONSTRAINT fk_bank_course_id FOREIGN KEY(course_id) REFERENCES course (id),
    CONSTRAINT fk_bank_current_pool_id FOREIGN KEY(current_pool_id) REFERENCES pool_snapshot (id)
);
INSERT INTO "bank" VALUES(1,'short','Short questions','Who and when.','en',1,1,'2026-11-23T09:00:00.000000Z',NULL);
CREATE TABLE bank_member (
    bank_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    CONSTRAINT pk_bank_member PRIMARY KEY (bank_id, user_id),
    CONSTRAINT fk_bank_member_bank_id FOREIGN KEY(bank_id) REFERENCES bank (id),
    CONSTRAINT fk_bank_member_user_id FOREIGN KEY(user_id) REFERENCES user (id)
);
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
    unchanged INTEGER NOT NULL,
    CONSTRAINT pk_bank_upload PRIMARY KEY (id),
    CONSTRAINT ck_bank_upload_state_known CHECK (state IN ('checked','applied')),
    CONSTRAINT uq_bank_upload_token UNIQUE (token),
    CONSTRAINT fk_bank_upload_bank_id FOREIGN KEY(bank_id) REFERENCES bank (id),
    CONSTRAINT fk_bank_upload_uploaded_by FOREIGN KEY(uploaded_by) REFERENCES user (id),
    CONSTRAINT fk_bank_upload_applied_by FOREIGN KEY(applied_by) REFERENCES user (id)
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
    CONSTRAINT pk_certificate PRIMARY KEY (id),
    CONSTRAINT fk_certificate_passed_result FOREIGN KEY(attempt_id, passed) REFERENCES result (attempt_id, passed),
    CONSTRAINT ck_certificate_passed_only CHECK (passed),
    CONSTRAINT uq_certificate_number UNIQUE (number),
    CONSTRAINT uq_certificate_code UNIQUE (code),
    CONSTRAINT uq_certificate_attempt_id UNIQUE (attempt_id),
    CONSTRAINT fk_certificate_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT fk_certificate_course_id FOREIGN KEY(course_id) REFERENCES course (id),
    CONSTRAINT fk_certificate_key_id FOREIGN KEY(key_id) REFERENCES signing_key (key_id)
);
INSERT INTO "certificate" VALUES(1,'26-WZVC-04BQ','3S09MSQS1CHA74DYXV8M0Q4S8Q',2,1,1,1,'2026-11-23T10:00:00.000000Z','2028-11-23','{"schema": "isotrain-certificate-1", "kind": "course completion", "statement": "This certificate records completion of a course. It does not certify the holder or an organization to an ISO standard.", "number": "26-WZVC-04BQ", "code": "3S09MSQS1CHA74DYXV8M0Q4S8Q", "course": {"id": "short", "title": "A short course", "version": "1"}, "standards": [], "score_percent": "100.0", "pass_mark_percent": "60", "issued_at": "2026-11-23T10:00:00Z", "valid_until": "2028-11-23", "issuer": "Example Works", "attempt": "2", "form": "226e2e9e42b86620b42660adac0c5c05ce949078469c42c8ab2fc7a31177577a", "holder": {"name": "6099e1485848ca885d462ef4c9aa2819a3385c7158ed9dd429748cee154cc4c6", "personnel_number": "404005627e5efa4ae2278e6ae1898ac0f00ae041cd8f44748ec078008a471872"}, "key_id": "5baec2510da1735f"}','560f07c2e1941def591cadcf6f9f528f1a0e8a682a6ce02802d06a55b459aebdac035c1d7c93d27ac895439ffee36e28e805b794fe5c938bef42483f482e280f','5baec2510da1735f');
INSERT INTO "certificate" VALUES(2,'26-WRMZ-MSCR','5HFVVD373TBCFEGEWGFHCNA9PW',3,1,2,1,'2026-11-23T10:00:00.000000Z','2028-11-23','{"schema": "isotrain-certificate-1", "kind": "course completion", "statement": "This certificate records completion of a course. It does not certify the holder or an organization to an ISO standard.", "number": "26-WRMZ-MSCR", "code": "5HFVVD373TBCFEGEWGFHCNA9PW", "course": {"id": "short", "title": "A short course", "version": "1"}, "standards": [], "score_percent": "100.0", "pass_mark_percent": "60", "issued_at": "2026-11-23T10:00:00Z", "valid_until": "2028-11-23", "issuer": "Example Works", "attempt": "3", "form": "5577378382e57c3c4b96329f5b854dc53db03884d61c75658b11cc3ec441f696", "holder": {"name": "b7717874807b418338b7afa8f6d463bb6fdc29ea75bb582a52f6f0fb20d9140e", "personnel_number": "f0dd5549cde5a3fb2c5a68bc9dd7c8a7ef41be60d9f69bb6fd290ff019404dee"}, "key_id": "5baec2510da1735f"}','7fbd9d5d8498482210a64c468b69c9d9455298a5934826496350447b9b992963d2ea81eeccdd7051a613f21a4b511bd39952d781e3c23257e566fab69d724e04','5baec2510da1735f');
CREATE TABLE certificate_file (
    certificate_id INTEGER NOT NULL,
    pdf BLOB NOT NULL,
    sha256 TEXT NOT NULL,
    notices JSON NOT NULL,
    rendered_at VARCHAR(32) NOT NULL,
    CONSTRAINT pk_certificate_file PRIMARY KEY (certificate_id),
    CONSTRAINT fk_certificate_file_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificate (id)
);
CREATE TABLE certificate_holder (
    certificate_id INTEGER NOT NULL,
    disclosed JSON NOT NULL,
    CONSTRAINT pk_certificate_holder PRIMARY KEY (certificate_id),
    CONSTRAINT fk_certificate_holder_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificate (id)
);
INSERT INTO "certificate_holder" VALUES(1,'{"name": {"value": "Ada \u00c5ngstr\u00f6m", "salt": "2c624232cdd221771294dfbb310aca00"}, "personnel_number": {"value": "1001", "salt": "19581e27de7ced00ff1ce50b2047e7a5"}}');
INSERT INTO "certificate_holder" VALUES(2,'{"name": {"value": "Bela O''Neill", "salt": "4523540f1504cd17100c4835e85b7eef"}, "personnel_number": {"value": "1002", "salt": "4ec9599fc203d176a301536c2e091a19"}}');
CREATE TABLE certificate_revocation (
    certificate_id INTEGER NOT NULL,
    revoked_at VARCHAR(32) NOT NULL,
    revoked_by INTEGER,
    second_revoked_by INTEGER,
    reason TEXT NOT NULL,
    CONSTRAINT pk_certificate_revocation PRIMARY KEY (certificate_id),
    CONSTRAINT fk_certificate_revocation_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificate (id),
    CONSTRAINT fk_certificate_revocation_revoked_by FOREIGN KEY(revoked_by) REFERENCES user (id),
    CONSTRAINT fk_certificate_revocation_second_revoked_by FOREIGN KEY(second_revoked_by) REFERENCES user (id)
);
INSERT INTO "certificate_revocation" VALUES(2,'2026-11-23T10:00:00.000000Z',NULL,NULL,'Made to be revoked.');
CREATE TABLE certificate_supersession (
    certificate_id INTEGER NOT NULL,
    superseded_by INTEGER NOT NULL,
    superseded_at VARCHAR(32) NOT NULL,
    CONSTRAINT pk_certificate_supersession PRIMARY KEY (certificate_id),
    CONSTRAINT fk_certificate_supersession_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificate (id),
    CONSTRAINT fk_certificate_supersession_superseded_by FOREIGN KEY(superseded_by) REFERENCES certificate (id)
);
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
    CONSTRAINT pk_completion_record PRIMARY KEY (id),
    CONSTRAINT ck_completion_record_result_known CHECK (result IN ('passed','failed')),
    CONSTRAINT fk_completion_record_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT fk_completion_record_course_id FOREIGN KEY(course_id) REFERENCES course (id),
    CONSTRAINT fk_completion_record_course_version_id FOREIGN KEY(course_version_id) REFERENCES course_version (id),
    CONSTRAINT fk_completion_record_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id),
    CONSTRAINT fk_completion_record_assignment_id FOREIGN KEY(assignment_id) REFERENCES assignment (id),
    CONSTRAINT fk_completion_record_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificate (id),
    CONSTRAINT fk_completion_record_corrects_id FOREIGN KEY(corrects_id) REFERENCES completion_record (id)
);
INSERT INTO "completion_record" VALUES(1,4,1,1,1,4,NULL,'2026-11-23T09:30:15.000000Z','2026-11-23T10:00:00.000000Z',NULL,'20.0',60,'failed','{"schema": "isotrain-record-1", "place": {"unit": null, "unit_code": null, "site": null, "job_role": null, "job_role_code": null, "employment_type": null, "hired_on": null}, "requirement": {"id": 1, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "short", "title": "A short course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "short-exam", "title": "Short exam", "version": 1, "pass_mark": 60, "pass_mark_basis": "Half and a little."}, "attempt": {"id": 1, "number": 1, "state": "expired", "form": "54fde85becf23f7f3583b3f52b3ccedf6a3da7584f1defd73fdda7aecd413ba8", "started_at": "2026-11-23T09:00:00.000000+00:00", "closed_at": "2026-11-23T09:30:15.000000+00:00"}, "result": {"result": "failed", "score": "1", "out_of": "5", "percent": "20.0"}, "certificate": null, "person": {"name": "ea0467fa03d68179e4c581dd4f9a1b3417844192061c5588700f056e84a94926", "personnel_no": "977ad7a340af064dcf747332518e91c0b308b2278a2c106be837febd44065998", "manager_name": "86ce88f3429197a88cf1119ec25d9cf96d81702fb10f781beaa90d23da32c820", "manager_personnel_no": "f96739e9ee014ebe19f8fc8005b89750516bf050fa68532da80d9be547435ff1"}, "recorded_at": "2026-11-23T10:00:00.000000+00:00"}','91d37ab53c79fddced67cceec9c1f07c5493f87577179444503e59f3762c5486',NULL,NULL);
INSERT INTO "completion_record" VALUES(2,1,1,1,2,1,1,'2026-11-23T10:00:00.000000Z','2026-11-23T10:00:00.000000Z','2028-11-23','100.0',60,'passed','{"schema": "isotrain-record-1", "place": {"unit": null, "unit_code": null, "site": null, "job_role": null, "job_role_code": null, "employment_type": null, "hired_on": null}, "requirement": {"id": 1, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "short", "title": "A short course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "short-exam", "title": "Short exam", "version": 1, "pass_mark": 60, "pass_mark_basis": "Half and a little."}, "attempt": {"id": 2, "number": 1, "state": "submitted", "form": "226e2e9e42b86620b42660adac0c5c05ce949078469c42c8ab2fc7a31177577a", "started_at": "2026-11-23T10:00:00.000000+00:00", "closed_at": "2026-11-23T10:00:00.000000+00:00"}, "result": {"result": "passed", "score": "5", "out_of": "5", "percent": "100.0"}, "certificate": {"number": "26-WZVC-04BQ", "valid_until": "2028-11-23"}, "person": {"name": "7b029cedd6fd9ba7ad67ae2e7ca47104a900f3bff4d68265a6c650fadaa0f778", "personnel_no": "aab866e37971b3280026fbc6d1f3c84eb6ce39b796a6ff5b8e7c2dc62370d969", "manager_name": "d67b037590a2294b1e9d97e957d1716633a1fe6271a4a0d479e591af20d7b68a", "manager_personnel_no": "3901ee7b253d54950cae2fed68cfb64c5bb7d7c9a61a2f3d76bc1710271e0232"}, "recorded_at": "2026-11-23T10:00:00.000000+00:00"}','432133546d85e5104cf1c7865d9d26ab080b9f357c92be97b7a6f9e51e39b9e7',NULL,NULL);
INSERT INTO "completion_record" VALUES(3,2,1,1,3,2,2,'2026-11-23T10:00:00.000000Z','2026-11-23T10:00:00.000000Z','2028-11-23','100.0',60,'passed','{"schema": "isotrain-record-1", "place": {"unit": null, "unit_code": null, "site": null, "job_role": null, "job_role_code": null, "employment_type": null, "hired_on": null}, "requirement": {"id": 1, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "short", "title": "A short course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "short-exam", "title": "Short exam", "version": 1, "pass_mark": 60, "pass_mark_basis": "Half and a little."}, "attempt": {"id": 3, "number": 1, "state": "submitted", "form": "5577378382e57c3c4b96329f5b854dc53db03884d61c75658b11cc3ec441f696", "started_at": "2026-11-23T10:00:00.000000+00:00", "closed_at": "2026-11-23T10:00:00.000000+00:00"}, "result": {"result": "passed", "score": "5", "out_of": "5", "percent": "100.0"}, "certificate": {"number": "26-WRMZ-MSCR", "valid_until": "2028-11-23"}, "person": {"name": "f37f511ee4ab38d713d71a9f2e09bb482b50f6b2d358c0962bdef44d3c21a12a", "personnel_no": "e63ca6e59d0638dd4fef8985e4560f63bc0b5de053e3fb205b71556c8d6246f8", "manager_name": "df9d46e0014822ee1a795776d39c81cf9f4b12eb7f9497d72a18349d1de4b6a9", "manager_personnel_no": "c53c3b2a7ca761e9b97bd3ceded55a6d147613ec2f55db07b7ed30d5ee7bf438"}, "recorded_at": "2026-11-23T10:00:00.000000+00:00"}','903892ecec4094e156476df5708cb8332123ba360742e3b68688d5d2d96afcd4',NULL,NULL);
INSERT INTO "completion_record" VALUES(4,3,1,1,4,3,NULL,'2026-11-23T10:00:00.000000Z','2026-11-23T10:00:00.000000Z',NULL,'26.6',60,'failed','{"schema": "isotrain-record-1", "place": {"unit": null, "unit_code": null, "site": null, "job_role": null, "job_role_code": null, "employment_type": null, "hired_on": null}, "requirement": {"id": 1, "version": 1, "level": "aware", "target": "everybody", "assigned_on": "2026-11-23", "due_on": "2026-12-31"}, "course": {"slug": "short", "title": "A short course", "version": "1", "number": 1, "language": "en", "approved_by": "Those who test", "approved_at": "2026-11-23T09:00:00.000000+00:00", "approved_alone": true}, "standards": [], "quiz": {"slug": "short-exam", "title": "Short exam", "version": 1, "pass_mark": 60, "pass_mark_basis": "Half and a little."}, "attempt": {"id": 4, "number": 1, "state": "submitted", "form": "e96e5e3a440c947e1f25f81f119316ece1b93702400b79808707879cca08bdb5", "started_at": "2026-11-23T10:00:00.000000+00:00", "closed_at": "2026-11-23T10:00:00.000000+00:00"}, "result": {"result": "failed", "score": "4/3", "out_of": "5", "percent": "26.6"}, "certificate": null, "person": {"name": "2b5843d591d960505a07fe13e6408c8d7b795dbbc62aa81ba3beb21b55818144", "personnel_no": "4ddc06fdfcd277fad1f07adcc9ddb67c63ec65600e5f2f8925bb472ef1bfaac0", "manager_name": "155e570987b469efb624701fe50cd47303304935372cbc5569881545170a2905", "manager_personnel_no": "9fbeae193d8753b24e02f87dda462be82f8894c2755d64303ab40a82760798af"}, "recorded_at": "2026-11-23T10:00:00.000000+00:00"}','39d6683e84d90a69634674ea30aa0cc3cd43180c73a62ad2216f9d5fe907a5fc',NULL,NULL);
CREATE TABLE course (
    id INTEGER NOT NULL,
    slug TEXT NOT NULL,
    current_version_id INTEGER,
    certificate_months INTEGER NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    CONSTRAINT pk_course PRIMARY KEY (id),
    CONSTRAINT uq_course_slug UNIQUE (slug),
    CONSTRAINT fk_course_current_version_id FOREIGN KEY(current_version_id) REFERENCES course_version (id)
);
INSERT INTO "course" VALUES(1,'short',1,24,'2026-11-23T09:00:00.000000Z');
CREATE TABLE course_member (
    course_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    CONSTRAINT pk_course_member PRIMARY KEY (course_id, user_id),
    CONSTRAINT fk_course_member_course_id FOREIGN KEY(course_id) REFERENCES course (id),
    CONSTRAINT fk_course_member_user_id FOREIGN KEY(user_id) REFERENCES user (id)
);
CREATE TABLE course_module (
    course_version_id INTEGER NOT NULL,
    module_version_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    CONSTRAINT pk_course_module PRIMARY KEY (course_version_id, module_version_id),
    CONSTRAINT uq_course_module_course_version_id_position UNIQUE (course_version_id, position),
    CONSTRAINT fk_course_module_course_version_id FOREIGN KEY(course_version_id) REFERENCES course_version (id),
    CONSTRAINT fk_course_module_module_version_id FOREIGN KEY(module_version_id) REFERENCES module_version (id)
);
INSERT INTO "course_module" VALUES(1,1,1);
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
    CONSTRAINT pk_course_version PRIMARY KEY (id),
    CONSTRAINT uq_course_version_course_id_number UNIQUE (course_id, number),
    CONSTRAINT uq_course_version_course_id_content_hash UNIQUE (course_id, content_hash),
    CONSTRAINT fk_course_version_course_id FOREIGN KEY(course_id) REFERENCES course (id),
    CONSTRAINT fk_course_version_approved_by FOREIGN KEY(approved_by) REFERENCES user (id),
    CONSTRAINT fk_course_version_second_approved_by FOREIGN KEY(second_approved_by) REFERENCES user (id)
);
INSERT INTO "course_version" VALUES(1,1,1,'1','A short course','Who certifies, and for how long.','en','[{"id": "iso", "title": "What ISO is"}]','[]','606ae69fa7f1f432ed937aa84c92b785053a986632b14f6102a8c84e5cdd759b','2026-11-23T09:00:00.000000Z','2026-11-23T09:00:00.000000Z',NULL,NULL,'Those who test');
CREATE TABLE edition (
    id INTEGER NOT NULL,
    standard_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    label TEXT NOT NULL,
    status TEXT NOT NULL,
    valid_from DATE,
    valid_to DATE,
    CONSTRAINT pk_edition PRIMARY KEY (id),
    CONSTRAINT ck_edition_status_known CHECK (status IN ('current','withdrawn','draft')),
    CONSTRAINT fk_edition_standard_id FOREIGN KEY(standard_id) REFERENCES standard (id),
    CONSTRAINT uq_edition_code UNIQUE (code)
);
INSERT INTO "edition" VALUES(1,1,'iso-9001-2015','ISO 9001:2015 + Amd 1:2024','current',NULL,NULL);
CREATE TABLE employment (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    hired_on DATE NOT NULL,
    left_on DATE,
    CONSTRAINT pk_employment PRIMARY KEY (id),
    CONSTRAINT ck_employment_in_order CHECK (left_on IS NULL OR left_on >= hired_on),
    CONSTRAINT fk_employment_user_id FOREIGN KEY(user_id) REFERENCES user (id)
);
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
    CONSTRAINT pk_event PRIMARY KEY (id),
    CONSTRAINT ck_event_scope_known CHECK (scope IN ('technical','people','training','banks','records'))
);
INSERT INTO "event" VALUES(1,'2026-11-23T09:00:00.000000Z','command',NULL,'course.loaded','training','course','1',NULL,'73544421be8644106519c93671e0881a5b37d393a6f6a8b9cc53d91cda562cbc',NULL,NULL,'{"version": 1}');
INSERT INTO "event" VALUES(2,'2026-11-23T09:00:00.000000Z','command',NULL,'bank.loaded','banks','bank','1',NULL,'def52f97d43a458f4e7f02966dded6b3db5bf53af57fd4fd887bccd9e95c132c',NULL,NULL,'{"versions": 9, "retired": 0, "questions": 9}');
INSERT INTO "event" VALUES(3,'2026-11-23T09:00:00.000000Z','command',NULL,'quiz.published','training','quiz','1',NULL,'b6608d62a87dec305601813a7f716263ab46dd759118e3ecf2ac5dff36f1014b',NULL,NULL,'{"version": 1, "blueprint": "e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c"}');
INSERT INTO "event" VALUES(4,'2026-11-23T09:00:00.000000Z','command',NULL,'quiz.published','training','quiz','2',NULL,'4c741ddc23a3e428966a142ec5685ddff13a6c2d5baaf38c0fe48d8ffde04f3a',NULL,NULL,'{"version": 1, "blueprint": "58df14425becadd6da9df2798729d67429c95fe65045bbffaece9a9b62b365d5"}');
INSERT INTO "event" VALUES(5,'2026-11-23T09:00:00.000000Z','command',NULL,'user.added','people','user','1',NULL,NULL,NULL,NULL,'{"roles": ["employee"]}');
INSERT INTO "event" VALUES(6,'2026-11-23T09:00:00.000000Z','command',NULL,'user.added','people','user','2',NULL,NULL,NULL,NULL,'{"roles": ["employee"]}');
INSERT INTO "event" VALUES(7,'2026-11-23T09:00:00.000000Z','command',NULL,'user.added','people','user','3',NULL,NULL,NULL,NULL,'{"roles": ["employee"]}');
INSERT INTO "event" VALUES(8,'2026-11-23T09:00:00.000000Z','command',NULL,'user.added','people','user','4',NULL,NULL,NULL,NULL,'{"roles": ["employee"]}');
INSERT INTO "event" VALUES(9,'2026-11-23T09:00:00.000000Z','command',NULL,'user.added','people','user','5',NULL,NULL,NULL,NULL,'{"roles": ["employee"]}');
INSERT INTO "event" VALUES(10,'2026-11-23T09:00:00.000000Z','command',NULL,'user.added','people','user','6',NULL,NULL,NULL,NULL,'{"roles": ["employee"]}');
INSERT INTO "event" VALUES(11,'2026-11-23T09:00:00.000000Z','command',NULL,'course.assigned','training','requirement','1',NULL,'27b1de4695210435f9c03949fe451e6e19a1a362e7183cf5bb800904c57b90ca',NULL,NULL,'{"target": "everybody", "due_on": "2026-12-31", "people": 6}');
INSERT INTO "event" VALUES(12,'2026-11-23T09:00:00.000000Z','user',4,'attempt.started','training','attempt','1',NULL,'7b6caea60722d3aa27a3d23a4938a7c17bf303be876d5acd0a5ccd0a559a2008',NULL,NULL,'{"quiz": "short-exam", "number": 1}');
INSERT INTO "event" VALUES(13,'2026-11-23T10:00:00.000000Z','command',NULL,'attempt.closed','training','attempt','1',NULL,'408d659eccd2f169b587b5f26d58be1292b538e548e7545ffada27babcdabb7e',NULL,NULL,'{"state": "expired", "passed": false}');
INSERT INTO "event" VALUES(14,'2026-11-23T10:00:00.000000Z','command',NULL,'record.made','records','completion_record','1',NULL,'91d37ab53c79fddced67cceec9c1f07c5493f87577179444503e59f3762c5486',NULL,NULL,'{"attempt": 1, "result": "failed"}');
INSERT INTO "event" VALUES(15,'2026-11-23T10:00:00.000000Z','command',NULL,'user.deactivated','people','user','5',NULL,NULL,NULL,'left','{}');
INSERT INTO "event" VALUES(16,'2026-11-23T10:00:00.000000Z','user',1,'attempt.started','training','attempt','2',NULL,'e2500e422bc0da80df5120be986bfab8aaf03184f517a003ec724ef003298aa5',NULL,NULL,'{"quiz": "short-exam", "number": 1}');
INSERT INTO "event" VALUES(17,'2026-11-23T10:00:00.000000Z','user',1,'attempt.closed','training','attempt','2',NULL,'2a74117318a92ba36ac8766663c259ef614f541faef4f9568d39e48b3155ef5d',NULL,NULL,'{"state": "submitted", "passed": true}');
INSERT INTO "event" VALUES(18,'2026-11-23T10:00:00.000000Z','user',1,'signing_key.made','technical','signing_key','5baec2510da1735f',NULL,NULL,NULL,NULL,'{}');
INSERT INTO "event" VALUES(19,'2026-11-23T10:00:00.000000Z','user',1,'certificate.issued','records','certificate','1',NULL,'3ee2b433007cc2558e78061fd6f504850f0aea99f3735659fbec76b7e2d9d82b',NULL,NULL,'{"number": "26-WZVC-04BQ"}');
INSERT INTO "event" VALUES(20,'2026-11-23T10:00:00.000000Z','user',1,'record.made','records','completion_record','2',NULL,'432133546d85e5104cf1c7865d9d26ab080b9f357c92be97b7a6f9e51e39b9e7',NULL,NULL,'{"attempt": 2, "result": "passed"}');
INSERT INTO "event" VALUES(21,'2026-11-23T10:00:00.000000Z','user',2,'attempt.started','training','attempt','3',NULL,'282e8b804b5c529bd53cc2145afa1be22c277ac736b52df48b39819e4fab44b4',NULL,NULL,'{"quiz": "short-exam", "number": 1}');
INSERT INTO "event" VALUES(22,'2026-11-23T10:00:00.000000Z','user',2,'attempt.closed','training','attempt','3',NULL,'2a74117318a92ba36ac8766663c259ef614f541faef4f9568d39e48b3155ef5d',NULL,NULL,'{"state": "submitted", "passed": true}');
INSERT INTO "event" VALUES(23,'2026-11-23T10:00:00.000000Z','user',2,'certificate.issued','records','certificate','2',NULL,'55b4612f6695782defaefc81abe084c96e58e137f3f3727b517a4f56a23d894b',NULL,NULL,'{"number": "26-WRMZ-MSCR"}');
INSERT INTO "event" VALUES(24,'2026-11-23T10:00:00.000000Z','user',2,'record.made','records','completion_record','3',NULL,'903892ecec4094e156476df5708cb8332123ba360742e3b68688d5d2d96afcd4',NULL,NULL,'{"attempt": 3, "result": "passed"}');
INSERT INTO "event" VALUES(25,'2026-11-23T10:00:00.000000Z','user',3,'attempt.started','training','attempt','4',NULL,'17277f3a89e585393280379968f509e5a2f90d18a4e9038bc8265e8c365da26e',NULL,NULL,'{"quiz": "short-exam", "number": 1}');
INSERT INTO "event" VALUES(26,'2026-11-23T10:00:00.000000Z','user',3,'attempt.closed','training','attempt','4',NULL,'8057eafb320f0773a11545d7b7e7e0cbffb19c696632d1f500f0b5847a9a31e9',NULL,NULL,'{"state": "submitted", "passed": false}');
INSERT INTO "event" VALUES(27,'2026-11-23T10:00:00.000000Z','user',3,'record.made','records','completion_record','4',NULL,'39d6683e84d90a69634674ea30aa0cc3cd43180c73a62ad2216f9d5fe907a5fc',NULL,NULL,'{"attempt": 4, "result": "failed"}');
INSERT INTO "event" VALUES(28,'2026-11-23T10:00:00.000000Z','command',NULL,'certificate.revoked','records','certificate','2',NULL,NULL,NULL,'Made to be revoked.','{}');
INSERT INTO "event" VALUES(29,'2026-11-23T11:00:00.000000Z','user',2,'attempt.started','training','attempt','5',NULL,'9d44ff14c54241d2264b2e72b0240d2b9bd00b5d324bac13561ab7e9da4cc566',NULL,NULL,'{"quiz": "short-practice", "number": 1}');
INSERT INTO "event" VALUES(30,'2026-11-23T11:00:00.000000Z','user',2,'attempt.closed','training','attempt','5',NULL,'810a16dcdbfb3dc80f1e818ee91f06c55d3ff1211536040f4789726cf4ba32f2',NULL,NULL,'{"state": "submitted", "passed": false}');
INSERT INTO "event" VALUES(31,'2026-11-23T11:00:00.000000Z','user',6,'attempt.started','training','attempt','6',NULL,'a07a72747a13e8b006412e6995b96c0aecf2e8474e60dd238b575f2079d3bbbb',NULL,NULL,'{"quiz": "short-exam", "number": 1}');
CREATE TABLE fact (
    id INTEGER NOT NULL,
    course_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    current_version_id INTEGER,
    CONSTRAINT pk_fact PRIMARY KEY (id),
    CONSTRAINT uq_fact_course_id_code UNIQUE (course_id, code),
    CONSTRAINT fk_fact_course_id FOREIGN KEY(course_id) REFERENCES course (id),
    CONSTRAINT fk_fact_current_version_id FOREIGN KEY(current_version_id) REFERENCES fact_version (id)
);
INSERT INTO "fact" VALUES(1,1,'A1',1);
INSERT INTO "fact" VALUES(2,1,'A2',2);
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
    CONSTRAINT pk_fact_version PRIMARY KEY (id),
    CONSTRAINT uq_fact_version_fact_id_content_hash UNIQUE (fact_id, content_hash),
    CONSTRAINT fk_fact_version_fact_id FOREIGN KEY(fact_id) REFERENCES fact (id),
    CONSTRAINT fk_fact_version_edition_id FOREIGN KEY(edition_id) REFERENCES edition (id)
);
INSERT INTO "fact_version" VALUES(1,1,'Certification bodies audit and certify; ISO writes standards.','iso',NULL,'','common knowledge',1,'2027-05-31','M1','who','28d6173e115a66305fd93cc3a1f352e500b4d7411fe95a2e79754f3dba3b4c3a','2026-11-23T09:00:00.000000Z');
INSERT INTO "fact_version" VALUES(2,2,'A certificate of a management system usually runs for three years.','iso',NULL,'','common knowledge',1,'2027-05-31','M1','when','3a35a5045c64865819cf7569ec7a5972a2114f24d5d01ea15b194e436815d40d','2026-11-23T09:00:00.000000Z');
CREATE TABLE form (
    attempt_id INTEGER NOT NULL,
    algorithm TEXT NOT NULL,
    seed TEXT NOT NULL,
    pools JSON NOT NULL,
    history JSON NOT NULL,
    items JSON NOT NULL,
    cells JSON NOT NULL,
    hash TEXT NOT NULL,
    receipt JSON NOT NULL,
    CONSTRAINT pk_form PRIMARY KEY (attempt_id),
    CONSTRAINT fk_form_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id)
);
INSERT INTO "form" VALUES(1,'isotrain-draw-1','5feceb66ffc86f38d952786c6d696c79','["fdf032026526d42073fc766ce5198c2af0548afa0a73fb7bc97639bd42904a7e"]','{}','[[2, ["a", "b", "c", "d"]], [7, ["c", "d", "b", "a"]], [1, ["b", "c", "a", "d"]], [3, ["true", "false"]], [5, ["c", "b", "a", "d"]]]','[0, 1, 0, 0, 1]','54fde85becf23f7f3583b3f52b3ccedf6a3da7584f1defd73fdda7aecd413ba8','{"algorithm": "isotrain-draw-1", "blueprint": "e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c", "pools": ["fdf032026526d42073fc766ce5198c2af0548afa0a73fb7bc97639bd42904a7e"], "seed": "5feceb66ffc86f38d952786c6d696c79", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "54fde85becf23f7f3583b3f52b3ccedf6a3da7584f1defd73fdda7aecd413ba8"}');
INSERT INTO "form" VALUES(2,'isotrain-draw-1','ef2d127de37b942baad06145e54b0c61','["fdf032026526d42073fc766ce5198c2af0548afa0a73fb7bc97639bd42904a7e"]','{}','[[4, ["b", "c", "a", "d"]], [2, ["d", "b", "a", "c"]], [5, ["d", "c", "a", "b"]], [7, ["c", "a", "d", "b"]], [3, ["true", "false"]]]','[0, 0, 1, 1, 0]','226e2e9e42b86620b42660adac0c5c05ce949078469c42c8ab2fc7a31177577a','{"algorithm": "isotrain-draw-1", "blueprint": "e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c", "pools": ["fdf032026526d42073fc766ce5198c2af0548afa0a73fb7bc97639bd42904a7e"], "seed": "ef2d127de37b942baad06145e54b0c61", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "226e2e9e42b86620b42660adac0c5c05ce949078469c42c8ab2fc7a31177577a"}');
INSERT INTO "form" VALUES(3,'isotrain-draw-1','8527a891e224136950ff32ca212b45bc','["fdf032026526d42073fc766ce5198c2af0548afa0a73fb7bc97639bd42904a7e"]','{}','[[2, ["d", "c", "b", "a"]], [1, ["a", "d", "c", "b"]], [5, ["b", "d", "c", "a"]], [4, ["b", "c", "d", "a"]], [6, ["true", "false"]]]','[0, 0, 1, 0, 1]','5577378382e57c3c4b96329f5b854dc53db03884d61c75658b11cc3ec441f696','{"algorithm": "isotrain-draw-1", "blueprint": "e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c", "pools": ["fdf032026526d42073fc766ce5198c2af0548afa0a73fb7bc97639bd42904a7e"], "seed": "8527a891e224136950ff32ca212b45bc", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "5577378382e57c3c4b96329f5b854dc53db03884d61c75658b11cc3ec441f696"}');
INSERT INTO "form" VALUES(4,'isotrain-draw-1','535fa30d7e25dd8a49f1536779734ec8','["fdf032026526d42073fc766ce5198c2af0548afa0a73fb7bc97639bd42904a7e"]','{}','[[3, ["true", "false"]], [5, ["d", "c", "b", "a"]], [1, ["d", "c", "a", "b"]], [7, ["a", "b", "c", "d"]], [2, ["b", "a", "c", "d"]]]','[0, 1, 0, 1, 0]','e96e5e3a440c947e1f25f81f119316ece1b93702400b79808707879cca08bdb5','{"algorithm": "isotrain-draw-1", "blueprint": "e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c", "pools": ["fdf032026526d42073fc766ce5198c2af0548afa0a73fb7bc97639bd42904a7e"], "seed": "535fa30d7e25dd8a49f1536779734ec8", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "e96e5e3a440c947e1f25f81f119316ece1b93702400b79808707879cca08bdb5"}');
INSERT INTO "form" VALUES(5,'isotrain-draw-1','59e19706d51d39f66711c2653cd7eb12','["fdf032026526d42073fc766ce5198c2af0548afa0a73fb7bc97639bd42904a7e"]','{}','[[8, ["c", "a", "d", "b"]]]','[0]','1be07bcc3e65c6b6540fba85361bb7ebf2881090340afcebc8e9abd96cd86d6c','{"algorithm": "isotrain-draw-1", "blueprint": "58df14425becadd6da9df2798729d67429c95fe65045bbffaece9a9b62b365d5", "pools": ["fdf032026526d42073fc766ce5198c2af0548afa0a73fb7bc97639bd42904a7e"], "seed": "59e19706d51d39f66711c2653cd7eb12", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "1be07bcc3e65c6b6540fba85361bb7ebf2881090340afcebc8e9abd96cd86d6c"}');
INSERT INTO "form" VALUES(6,'isotrain-draw-1','35135aaa6cc23891b40cb3f378c53a17','["fdf032026526d42073fc766ce5198c2af0548afa0a73fb7bc97639bd42904a7e"]','{}','[[4, ["a", "b", "c", "d"]], [6, ["true", "false"]], [2, ["a", "c", "b", "d"]], [7, ["b", "c", "a", "d"]], [3, ["true", "false"]]]','[0, 1, 0, 1, 0]','188988722f3ca387e907c4d9c43742fe7ef79f3a49c5ce72fff9c22544ce53de','{"algorithm": "isotrain-draw-1", "blueprint": "e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c", "pools": ["fdf032026526d42073fc766ce5198c2af0548afa0a73fb7bc97639bd42904a7e"], "seed": "35135aaa6cc23891b40cb3f378c53a17", "history": "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945", "form": "188988722f3ca387e907c4d9c43742fe7ef79f3a49c5ce72fff9c22544ce53de"}');
CREATE TABLE identity (
    user_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    personnel_no TEXT NOT NULL,
    email TEXT,
    CONSTRAINT pk_identity PRIMARY KEY (user_id),
    CONSTRAINT fk_identity_user_id FOREIGN KEY(user_id) REFERENCES user (id)
);
INSERT INTO "identity" VALUES(1,'Ada Ångström','ada ångström','1001',NULL);
INSERT INTO "identity" VALUES(2,'Bela O''Neill','bela o''neill','1002',NULL);
INSERT INTO "identity" VALUES(3,'Chi Nguyễn','chi nguyễn','1003',NULL);
INSERT INTO "identity" VALUES(4,'Dee Expired','dee expired','1004',NULL);
INSERT INTO "identity" VALUES(5,'Eli Left','eli left','1005',NULL);
INSERT INTO "identity" VALUES(6,'Fay Sitting','fay sitting','1006',NULL);
CREATE TABLE job_role (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    CONSTRAINT pk_job_role PRIMARY KEY (id),
    CONSTRAINT uq_job_role_code UNIQUE (code)
);
CREATE TABLE late_answer (
    id INTEGER NOT NULL,
    attempt_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    response JSON,
    rev INTEGER NOT NULL,
    received_at VARCHAR(32) NOT NULL,
    CONSTRAINT pk_late_answer PRIMARY KEY (id),
    CONSTRAINT uq_late_answer_attempt_id_position_rev UNIQUE (attempt_id, position, rev),
    CONSTRAINT fk_late_answer_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id)
);
CREATE TABLE module (
    id INTEGER NOT NULL,
    course_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    slug TEXT NOT NULL,
    CONSTRAINT pk_module PRIMARY KEY (id),
    CONSTRAINT uq_module_course_id_code UNIQUE (course_id, code),
    CONSTRAINT uq_module_course_id_slug UNIQUE (course_id, slug),
    CONSTRAINT fk_module_course_id FOREIGN KEY(course_id) REFERENCES course (id)
);
INSERT INTO "module" VALUES(1,1,'M1','short');
CREATE TABLE module_version (
    id INTEGER NOT NULL,
    module_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    title TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    content JSON NOT NULL,
    content_hash TEXT NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    CONSTRAINT pk_module_version PRIMARY KEY (id),
    CONSTRAINT uq_module_version_module_id_content_hash UNIQUE (module_id, content_hash),
    CONSTRAINT fk_module_version_module_id FOREIGN KEY(module_id) REFERENCES module (id)
);
INSERT INTO "module_version" VALUES(1,1,1,'Who and when',1,'{"id": "M1", "slug": "short", "title": "Who and when", "goal": "Say who certifies, and when.", "minutes": 1, "standards": ["iso-9001-2015"], "terms": ["body"], "facts": ["A1", "A2"], "often_said": [{"said": "ISO certified us.", "precise": "A certification body did.", "facts": ["A1"]}], "review": [{"id": "M1-R1", "question": "Who certifies?", "answer": "A certification body.", "points": ["not ISO"], "facts": ["A1"]}], "related": [], "body": "## Who certifies {#who}\n\nISO writes standards; a certification body audits and certifies [A1].\n\n## For how long {#when}\n\nA certificate of a management system usually runs for three years [A2].\n\n## What it means {#meaning}\n\nA certificate says that a system conformed when it was audited.\n\n## What it does not mean {#limits}\n\nIt says nothing about a single product."}','330d93b22ff3dbd91d63c43e2f1d6d675ed3568ef068675dff2848a9b68c7e84','2026-11-23T09:00:00.000000Z');
CREATE TABLE one_time_link (
    id INTEGER NOT NULL,
    token_hash TEXT NOT NULL,
    purpose TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    expires_at VARCHAR(32) NOT NULL,
    used_at VARCHAR(32),
    CONSTRAINT pk_one_time_link PRIMARY KEY (id),
    CONSTRAINT ck_one_time_link_purpose_known CHECK (purpose IN ('first_access','reset')),
    CONSTRAINT uq_one_time_link_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_one_time_link_user_id FOREIGN KEY(user_id) REFERENCES user (id)
);
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
    last_error TEXT,
    CONSTRAINT pk_outgoing_mail PRIMARY KEY (id),
    CONSTRAINT ck_outgoing_mail_state_known CHECK (state IN ('waiting','sent','failed','dropped')),
    CONSTRAINT uq_outgoing_mail_key UNIQUE ("key")
);
CREATE TABLE password (
    user_id INTEGER NOT NULL,
    hash TEXT NOT NULL,
    changed_at VARCHAR(32) NOT NULL,
    CONSTRAINT pk_password PRIMARY KEY (user_id),
    CONSTRAINT fk_password_user_id FOREIGN KEY(user_id) REFERENCES user (id)
);
CREATE TABLE people_import (
    id INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    file_name TEXT NOT NULL,
    applied_at VARCHAR(32) NOT NULL,
    applied_by INTEGER,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    deactivated INTEGER NOT NULL,
    CONSTRAINT pk_people_import PRIMARY KEY (id),
    CONSTRAINT fk_people_import_applied_by FOREIGN KEY(applied_by) REFERENCES user (id)
);
CREATE TABLE people_upload (
    id INTEGER NOT NULL,
    token TEXT NOT NULL,
    uploaded_by INTEGER NOT NULL,
    uploaded_at VARCHAR(32) NOT NULL,
    file_name TEXT NOT NULL,
    data BLOB NOT NULL,
    CONSTRAINT pk_people_upload PRIMARY KEY (id),
    CONSTRAINT uq_people_upload_token UNIQUE (token),
    CONSTRAINT fk_people_upload_uploaded_by FOREIGN KEY(uploaded_by) REFERENCES user (id)
);
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
    CONSTRAINT pk_placement PRIMARY KEY (id),
    CONSTRAINT ck_placement_in_order CHECK (valid_to IS NULL OR valid_to > valid_from),
    CONSTRAINT ck_placement_not_own_manager CHECK (manager_id IS NULL OR manager_id <> user_id),
    CONSTRAINT ck_placement_employment_type_known CHECK (employment_type IN ('employee','temporary','contractor','apprentice')),
    CONSTRAINT fk_placement_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT fk_placement_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id),
    CONSTRAINT fk_placement_site_id FOREIGN KEY(site_id) REFERENCES site (id),
    CONSTRAINT fk_placement_job_role_id FOREIGN KEY(job_role_id) REFERENCES job_role (id),
    CONSTRAINT fk_placement_manager_id FOREIGN KEY(manager_id) REFERENCES user (id)
);
CREATE TABLE pool_snapshot (
    id INTEGER NOT NULL,
    hash TEXT NOT NULL,
    bank_id INTEGER NOT NULL,
    size INTEGER NOT NULL,
    pool JSON NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    CONSTRAINT pk_pool_snapshot PRIMARY KEY (id),
    CONSTRAINT uq_pool_snapshot_hash UNIQUE (hash),
    CONSTRAINT fk_pool_snapshot_bank_id FOREIGN KEY(bank_id) REFERENCES bank (id)
);
INSERT INTO "pool_snapshot" VALUES(1,'fdf032026526d42073fc766ce5198c2af0548afa0a73fb7bc97639bd42904a7e',1,9,'[{"bank": "short", "topic": "iso", "difficulty": 1, "use": "exam", "entries": [[1, 1, ""], [2, 2, ""], [3, 3, ""], [4, 4, ""]]}, {"bank": "short", "topic": "iso", "difficulty": 1, "use": "practice", "entries": [[8, 8, ""], [9, 9, ""]]}, {"bank": "short", "topic": "iso", "difficulty": 2, "use": "exam", "entries": [[5, 5, ""], [6, 6, ""], [7, 7, ""]]}]','2026-11-23T09:00:00.000000Z');
CREATE TABLE question (
    id INTEGER NOT NULL,
    bank_id INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    latest_version_id INTEGER,
    approved_version_id INTEGER,
    created_at VARCHAR(32) NOT NULL,
    retired_at VARCHAR(32),
    CONSTRAINT pk_question PRIMARY KEY (id),
    CONSTRAINT uq_question_bank_id_key UNIQUE (bank_id, "key"),
    CONSTRAINT fk_question_bank_id FOREIGN KEY(bank_id) REFERENCES bank (id),
    CONSTRAINT fk_question_latest_version_id FOREIGN KEY(latest_version_id) REFERENCES question_version (id),
    CONSTRAINT fk_question_approved_version_id FOREIGN KEY(approved_version_id) REFERENCES question_version (id)
);
INSERT INTO "question" VALUES(1,1,'Q1',1,1,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(2,1,'Q2',2,2,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(3,1,'Q3',3,3,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(4,1,'Q4',4,4,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(5,1,'Q5',5,5,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(6,1,'Q6',6,6,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(7,1,'Q7',7,7,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(8,1,'Q8',8,8,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question" VALUES(9,1,'Q9',9,9,'2026-11-23T09:00:00.000000Z',NULL);
CREATE TABLE question_key (
    version_id INTEGER NOT NULL,
    "key" JSON NOT NULL,
    CONSTRAINT pk_question_key PRIMARY KEY (version_id),
    CONSTRAINT fk_question_key_version_id FOREIGN KEY(version_id) REFERENCES question_version (id)
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
CREATE TABLE question_version (
    id INTEGER NOT NULL,
    question_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    type TEXT NOT NULL,
    content JSON NOT NULL,
    stem_text TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    topic TEXT,
    difficulty INTEGER,
    fact TEXT,
    use TEXT NOT NULL,
    language TEXT NOT NULL,
    enemies TEXT,
    source TEXT NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    created_by INTEGER,
    CONSTRAINT pk_question_version PRIMARY KEY (id),
    CONSTRAINT uq_question_version_question_id_number UNIQUE (question_id, number),
    CONSTRAINT ck_question_version_use_known CHECK ("use" IN ('exam','practice')),
    CONSTRAINT ck_question_version_difficulty_band CHECK (difficulty IS NULL OR difficulty BETWEEN 1 AND 3),
    CONSTRAINT fk_question_version_question_id FOREIGN KEY(question_id) REFERENCES question (id),
    CONSTRAINT fk_question_version_created_by FOREIGN KEY(created_by) REFERENCES user (id)
);
INSERT INTO "question_version" VALUES(1,1,1,'single_choice','{"stem": "Question 1: who certifies a company?", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 1"}, {"id": "c", "text": "Ministry 1"}, {"id": "d", "text": "Nobody"}], "shuffle": true}','question 1: who certifies a company?','0918f66f0122e1738ae83feb3be0dc6d2a461505dd113d4624ff158432cc3354','iso',1,'A1','exam','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question_version" VALUES(2,2,1,'multiple_choice','{"stem": "Question 2: who does not certify? Choose all that apply.", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 2"}, {"id": "c", "text": "Ministry 2"}, {"id": "d", "text": "Nobody"}], "shuffle": true}','question 2: who does not certify? choose all that apply.','85988cbbe333838860469dec72f7e842627d1af0048dd576316b05d448e48ddd','iso',1,'A1','exam','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question_version" VALUES(3,3,1,'true_false','{"stem": "Statement 3: ISO itself certifies companies."}','statement 3: iso itself certifies companies.','c1571af8e5b585755744974dbb0ddcac3eae4c62c165014be878a3e3fea44018','iso',1,'A1','exam','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question_version" VALUES(4,4,1,'single_choice','{"stem": "Question 4: who certifies a company?", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 4"}, {"id": "c", "text": "Ministry 4"}, {"id": "d", "text": "Nobody"}], "shuffle": true}','question 4: who certifies a company?','437cbe875b0d6f9c932db69f87cd986626760e0ffbd831c57cd06761215e0f0d','iso',1,'A1','exam','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question_version" VALUES(5,5,1,'multiple_choice','{"stem": "Question 5: who does not certify? Choose all that apply.", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 5"}, {"id": "c", "text": "Ministry 5"}, {"id": "d", "text": "Nobody"}], "shuffle": true}','question 5: who does not certify? choose all that apply.','0f8b1853b7215293abd35bcb4294f7380a4d6690a2718408f677cccee41c37b6','iso',2,'A1','exam','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question_version" VALUES(6,6,1,'true_false','{"stem": "Statement 6: ISO itself certifies companies."}','statement 6: iso itself certifies companies.','df0643aba97d708e56298fa2a80143b08e82367bcdf771476d468a561bfc0440','iso',2,'A1','exam','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question_version" VALUES(7,7,1,'single_choice','{"stem": "Question 7: who certifies a company?", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 7"}, {"id": "c", "text": "Ministry 7"}, {"id": "d", "text": "Nobody"}], "shuffle": true}','question 7: who certifies a company?','f5e8ecafde840b60c9d3d9c723282bef61ac4d5a086e91ad18d2dcd8c4d1c5cf','iso',2,'A1','exam','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question_version" VALUES(8,8,1,'multiple_choice','{"stem": "Question 8: who does not certify? Choose all that apply.", "options": [{"id": "a", "text": "A certification body"}, {"id": "b", "text": "ISO, office 8"}, {"id": "c", "text": "Ministry 8"}, {"id": "d", "text": "Nobody"}], "shuffle": true}','question 8: who does not certify? choose all that apply.','3833975c7f65330f2dd3985e592e261ac341906bd56d5f1a9c54e38c8fee5d39','iso',1,'A1','practice','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "question_version" VALUES(9,9,1,'true_false','{"stem": "Statement 9: ISO itself certifies companies."}','statement 9: iso itself certifies companies.','b91de6f5942d0a32ea40193a35946639f97f45e575833e65e4e502bfeb9922b9','iso',1,'A1','practice','en',NULL,'shipped course','2026-11-23T09:00:00.000000Z',NULL);
CREATE TABLE quiz (
    id INTEGER NOT NULL,
    slug TEXT NOT NULL,
    course_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    published_version_id INTEGER,
    created_at VARCHAR(32) NOT NULL,
    retired_at VARCHAR(32),
    CONSTRAINT pk_quiz PRIMARY KEY (id),
    CONSTRAINT ck_quiz_kind_known CHECK (kind IN ('exam','practice')),
    CONSTRAINT uq_quiz_slug UNIQUE (slug),
    CONSTRAINT fk_quiz_course_id FOREIGN KEY(course_id) REFERENCES course (id),
    CONSTRAINT fk_quiz_published_version_id FOREIGN KEY(published_version_id) REFERENCES quiz_version (id)
);
INSERT INTO "quiz" VALUES(1,'short-exam',1,'exam',1,'2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "quiz" VALUES(2,'short-practice',1,'practice',2,'2026-11-23T09:00:00.000000Z',NULL);
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
    second_published_by INTEGER,
    CONSTRAINT pk_quiz_version PRIMARY KEY (id),
    CONSTRAINT uq_quiz_version_quiz_id_number UNIQUE (quiz_id, number),
    CONSTRAINT ck_quiz_version_state_known CHECK (state IN ('draft','published')),
    CONSTRAINT fk_quiz_version_quiz_id FOREIGN KEY(quiz_id) REFERENCES quiz (id),
    CONSTRAINT fk_quiz_version_created_by FOREIGN KEY(created_by) REFERENCES user (id),
    CONSTRAINT fk_quiz_version_published_by FOREIGN KEY(published_by) REFERENCES user (id),
    CONSTRAINT fk_quiz_version_second_published_by FOREIGN KEY(second_published_by) REFERENCES user (id)
);
INSERT INTO "quiz_version" VALUES(1,1,1,'published','Short exam','[{"bank": "short", "topic": "iso", "difficulty": 1, "count": 3}, {"bank": "short", "topic": "iso", "difficulty": 2, "count": 2}]','{"minutes": 30, "pass_mark": 60, "pass_mark_basis": "Half and a little.", "attempts": 3, "wait_hours": 24, "order": "shuffled", "feedback": "explanations"}','e2fdea5f1c0e995cfd5c9dda155afb8b9ad42f733101cc0253c9fd57372dad6c','2026-11-23T09:00:00.000000Z',NULL,'2026-11-23T09:00:00.000000Z',NULL,NULL);
INSERT INTO "quiz_version" VALUES(2,2,1,'published','Short practice','[{"bank": "short", "topic": "iso", "difficulty": 1, "count": 1}]','{"minutes": 0, "pass_mark": 60, "pass_mark_basis": "", "attempts": 0, "wait_hours": 0, "order": "shuffled", "feedback": "answers"}','58df14425becadd6da9df2798729d67429c95fe65045bbffaece9a9b62b365d5','2026-11-23T09:00:00.000000Z',NULL,'2026-11-23T09:00:00.000000Z',NULL,NULL);
CREATE TABLE reading (
    user_id INTEGER NOT NULL,
    module_id INTEGER NOT NULL,
    first_opened_at VARCHAR(32) NOT NULL,
    last_opened_at VARCHAR(32) NOT NULL,
    paragraph TEXT,
    finished_at VARCHAR(32),
    finished_version_id INTEGER,
    CONSTRAINT pk_reading PRIMARY KEY (user_id, module_id),
    CONSTRAINT fk_reading_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT fk_reading_module_id FOREIGN KEY(module_id) REFERENCES module (id),
    CONSTRAINT fk_reading_finished_version_id FOREIGN KEY(finished_version_id) REFERENCES module_version (id)
);
CREATE TABLE record_person (
    record_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    personnel_no TEXT NOT NULL,
    manager_personnel_no TEXT,
    manager_name TEXT,
    salts JSON NOT NULL,
    CONSTRAINT pk_record_person PRIMARY KEY (record_id),
    CONSTRAINT fk_record_person_record_id FOREIGN KEY(record_id) REFERENCES completion_record (id)
);
INSERT INTO "record_person" VALUES(1,'Dee Expired','1004',NULL,NULL,'{"name": "6b86b273ff34fce19d6b804eff5a3f57", "personnel_no": "d4735e3a265e16eee03f59718b9b5d03", "manager_name": "4e07408562bedb8b60ce05c1decfe3ad", "manager_personnel_no": "4b227777d4dd1fc61c6f884f48641d02"}');
INSERT INTO "record_person" VALUES(2,'Ada Ångström','1001',NULL,NULL,'{"name": "4a44dc15364204a80fe80e9039455cc1", "personnel_no": "4fc82b26aecb47d2868c4efbe3581732", "manager_name": "6b51d431df5d7f141cbececcf79edf3d", "manager_personnel_no": "3fdba35f04dc8c462986c992bcf87554"}');
INSERT INTO "record_person" VALUES(3,'Bela O''Neill','1002',NULL,NULL,'{"name": "9400f1b21cb527d7fa3d3eabba93557a", "personnel_no": "f5ca38f748a1d6eaf726b8a42fb575c3", "manager_name": "6f4b6612125fb3a0daecd2799dfd6c9c", "manager_personnel_no": "785f3ec7eb32f30b90cd0fcf3657d388"}');
INSERT INTO "record_person" VALUES(4,'Chi Nguyễn','1003',NULL,NULL,'{"name": "c2356069e9d1e79ca924378153cfbbfb", "personnel_no": "b7a56873cd771f2c446d369b649430b6", "manager_name": "5f9c4ab08cac7457e9111a30e4664920", "manager_personnel_no": "670671cd97404156226e507973f2ab83"}');
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
    withdrawn_at VARCHAR(32),
    CONSTRAINT pk_requirement PRIMARY KEY (id),
    CONSTRAINT ck_requirement_target_known CHECK (target IN ('everybody','unit','person')),
    CONSTRAINT ck_requirement_target_complete CHECK ((target = 'unit') = (unit_id IS NOT NULL) AND (target = 'person') = (user_id IS NOT NULL)),
    CONSTRAINT ck_requirement_joiner_days_positive CHECK (joiner_days >= 0),
    CONSTRAINT fk_requirement_course_id FOREIGN KEY(course_id) REFERENCES course (id),
    CONSTRAINT fk_requirement_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id),
    CONSTRAINT fk_requirement_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT fk_requirement_created_by FOREIGN KEY(created_by) REFERENCES user (id)
);
INSERT INTO "requirement" VALUES(1,1,'everybody',NULL,NULL,1,'aware','2026-12-31',30,'2026-11-23T09:00:00.000000Z',NULL,NULL);
CREATE TABLE result (
    attempt_id INTEGER NOT NULL,
    score TEXT NOT NULL,
    out_of TEXT NOT NULL,
    percent TEXT NOT NULL,
    passed BOOLEAN NOT NULL,
    shares JSON NOT NULL,
    by_topic JSON NOT NULL,
    marked_at VARCHAR(32) NOT NULL,
    CONSTRAINT pk_result PRIMARY KEY (attempt_id),
    CONSTRAINT uq_result_attempt_id_passed UNIQUE (attempt_id, passed),
    CONSTRAINT fk_result_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id)
);
INSERT INTO "result" VALUES(1,'1','5','20.0',0,'["1", "0", "0", "0", "0"]','{"iso": ["1", "5"]}','2026-11-23T10:00:00.000000Z');
INSERT INTO "result" VALUES(2,'5','5','100.0',1,'["1", "1", "1", "1", "1"]','{"iso": ["5", "5"]}','2026-11-23T10:00:00.000000Z');
INSERT INTO "result" VALUES(3,'5','5','100.0',1,'["1", "1", "1", "1", "1"]','{"iso": ["5", "5"]}','2026-11-23T10:00:00.000000Z');
INSERT INTO "result" VALUES(4,'4/3','5','26.6',0,'["1", "1/3", "0", "0", "0"]','{"iso": ["4/3", "5"]}','2026-11-23T10:00:00.000000Z');
INSERT INTO "result" VALUES(5,'0','1','0.0',0,'["0"]','{"iso": ["0", "1"]}','2026-11-23T11:00:00.000000Z');
CREATE TABLE self_rating (
    user_id INTEGER NOT NULL,
    module_id INTEGER NOT NULL,
    question TEXT NOT NULL,
    rating TEXT NOT NULL,
    rated_at VARCHAR(32) NOT NULL,
    CONSTRAINT pk_self_rating PRIMARY KEY (user_id, module_id, question),
    CONSTRAINT ck_self_rating_rating_known CHECK (rating IN ('knew','partly','not_yet')),
    CONSTRAINT fk_self_rating_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT fk_self_rating_module_id FOREIGN KEY(module_id) REFERENCES module (id)
);
CREATE TABLE sign_in_name (
    folded TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    CONSTRAINT pk_sign_in_name PRIMARY KEY (folded),
    CONSTRAINT uq_sign_in_name_user_id_kind UNIQUE (user_id, kind),
    CONSTRAINT ck_sign_in_name_kind_known CHECK (kind IN ('personnel_no','email')),
    CONSTRAINT fk_sign_in_name_user_id FOREIGN KEY(user_id) REFERENCES user (id)
);
INSERT INTO "sign_in_name" VALUES('1001',1,'personnel_no');
INSERT INTO "sign_in_name" VALUES('1002',2,'personnel_no');
INSERT INTO "sign_in_name" VALUES('1003',3,'personnel_no');
INSERT INTO "sign_in_name" VALUES('1004',4,'personnel_no');
INSERT INTO "sign_in_name" VALUES('1005',5,'personnel_no');
INSERT INTO "sign_in_name" VALUES('1006',6,'personnel_no');
CREATE TABLE signing_key (
    key_id TEXT NOT NULL,
    public_pem TEXT NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    retired_at VARCHAR(32),
    CONSTRAINT pk_signing_key PRIMARY KEY (key_id)
);
INSERT INTO "signing_key" VALUES('5baec2510da1735f','-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAwQNwOTLs3mU4qWikfgrg9hA9yGFtR8aeCiqEd3slQCk=
-----END PUBLIC KEY-----
','2026-11-23T10:00:00.000000Z',NULL);
CREATE TABLE site (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT pk_site PRIMARY KEY (id),
    CONSTRAINT uq_site_code UNIQUE (code)
);
CREATE TABLE standard (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    reference TEXT NOT NULL,
    title TEXT NOT NULL,
    CONSTRAINT pk_standard PRIMARY KEY (id),
    CONSTRAINT uq_standard_code UNIQUE (code)
);
INSERT INTO "standard" VALUES(1,'iso-9001','ISO 9001','Quality');
CREATE TABLE term (
    id INTEGER NOT NULL,
    course_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    term TEXT NOT NULL,
    also JSON NOT NULL,
    definition TEXT NOT NULL,
    facts JSON NOT NULL,
    CONSTRAINT pk_term PRIMARY KEY (id),
    CONSTRAINT uq_term_course_id_code UNIQUE (course_id, code),
    CONSTRAINT fk_term_course_id FOREIGN KEY(course_id) REFERENCES course (id)
);
INSERT INTO "term" VALUES(1,1,'body','certification body','["certification bodies"]','An organization that audits and certifies.','["A1"]');
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
    CONSTRAINT pk_unit PRIMARY KEY (id),
    CONSTRAINT uq_unit_code UNIQUE (code),
    CONSTRAINT fk_unit_parent_id FOREIGN KEY(parent_id) REFERENCES unit (id)
);
CREATE TABLE user (
    id INTEGER NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    deactivated_at VARCHAR(32),
    is_demo BOOLEAN NOT NULL,
    CONSTRAINT pk_user PRIMARY KEY (id)
);
INSERT INTO "user" VALUES(1,'2026-11-23T09:00:00.000000Z',NULL,0);
INSERT INTO "user" VALUES(2,'2026-11-23T09:00:00.000000Z',NULL,0);
INSERT INTO "user" VALUES(3,'2026-11-23T09:00:00.000000Z',NULL,0);
INSERT INTO "user" VALUES(4,'2026-11-23T09:00:00.000000Z',NULL,0);
INSERT INTO "user" VALUES(5,'2026-11-23T09:00:00.000000Z','2026-11-23T10:00:00.000000Z',0);
INSERT INTO "user" VALUES(6,'2026-11-23T09:00:00.000000Z',NULL,0);
CREATE TABLE user_role (
    user_id INTEGER NOT NULL,
    role TEXT NOT NULL,
    granted_at VARCHAR(32) NOT NULL,
    granted_by INTEGER,
    CONSTRAINT pk_user_role PRIMARY KEY (user_id, role),
    CONSTRAINT ck_user_role_role_known CHECK (role IN ('employee','trainer','hr','manager','auditor','admin')),
    CONSTRAINT fk_user_role_user_id FOREIGN KEY(user_id) REFERENCES user (id),
    CONSTRAINT fk_user_role_granted_by FOREIGN KEY(granted_by) REFERENCES user (id)
);
INSERT INTO "user_role" VALUES(1,'employee','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "user_role" VALUES(2,'employee','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "user_role" VALUES(3,'employee','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "user_role" VALUES(4,'employee','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "user_role" VALUES(5,'employee','2026-11-23T09:00:00.000000Z',NULL);
INSERT INTO "user_role" VALUES(6,'employee','2026-11-23T09:00:00.000000Z',NULL);
CREATE TABLE user_session (
    id INTEGER NOT NULL,
    token_hash TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    last_seen_at VARCHAR(32) NOT NULL,
    ended_at VARCHAR(32),
    browser TEXT NOT NULL,
    CONSTRAINT pk_user_session PRIMARY KEY (id),
    CONSTRAINT uq_user_session_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_user_session_user_id FOREIGN KEY(user_id) REFERENCES user (id)
);
CREATE INDEX ix_event_scope_id ON event (scope, id);
CREATE INDEX ix_event_object ON event (object_type, object_id);
CREATE INDEX ix_event_actor ON event (actor_id, id);
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
CREATE INDEX ix_people_import_sha256 ON people_import (sha256);
CREATE INDEX ix_edition_standard_id ON edition (standard_id);
CREATE INDEX ix_bank_course_id ON bank (course_id);
CREATE INDEX ix_quiz_course_kind ON quiz (course_id, kind);
CREATE INDEX ix_requirement_course_id ON requirement (course_id);
CREATE INDEX ix_question_bank_retired ON question (bank_id, retired_at);
CREATE INDEX ix_pool_snapshot_bank_id ON pool_snapshot (bank_id);
CREATE UNIQUE INDEX uq_bank_upload_applied ON bank_upload (bank_id, sha256, options_hash) WHERE state = 'applied';
CREATE UNIQUE INDEX uq_quiz_version_draft ON quiz_version (quiz_id) WHERE state = 'draft';
CREATE INDEX ix_assignment_user_course ON assignment (user_id, course_id);
CREATE INDEX ix_assignment_course_user ON assignment (course_id, user_id);
CREATE INDEX ix_question_version_question_id ON question_version (question_id);
CREATE INDEX ix_question_version_content_hash ON question_version (content_hash);
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
CREATE TRIGGER freeze_question_version BEFORE UPDATE ON question_version BEGIN SELECT RAISE(ABORT, 'question_version rows are frozen'); END;
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
COMMIT;
