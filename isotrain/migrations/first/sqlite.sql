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

CREATE INDEX ix_event_scope_id ON event (scope, id);

CREATE INDEX ix_event_object ON event (object_type, object_id);

CREATE INDEX ix_event_actor ON event (actor_id, id);

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

CREATE INDEX ix_outgoing_mail_waiting ON outgoing_mail (state, id);

CREATE TABLE user (
    id INTEGER NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    deactivated_at VARCHAR(32),
    is_demo BOOLEAN NOT NULL,
    CONSTRAINT pk_user PRIMARY KEY (id)
);

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

CREATE INDEX ix_unit_parent_id ON unit (parent_id);

CREATE TABLE site (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT pk_site PRIMARY KEY (id),
    CONSTRAINT uq_site_code UNIQUE (code)
);

CREATE TABLE job_role (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    CONSTRAINT pk_job_role PRIMARY KEY (id),
    CONSTRAINT uq_job_role_code UNIQUE (code)
);

CREATE TABLE standard (
    id INTEGER NOT NULL,
    code TEXT NOT NULL,
    reference TEXT NOT NULL,
    title TEXT NOT NULL,
    CONSTRAINT pk_standard PRIMARY KEY (id),
    CONSTRAINT uq_standard_code UNIQUE (code)
);

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

CREATE TABLE signing_key (
    key_id TEXT NOT NULL,
    public_pem TEXT NOT NULL,
    created_at VARCHAR(32) NOT NULL,
    retired_at VARCHAR(32),
    CONSTRAINT pk_signing_key PRIMARY KEY (key_id)
);

CREATE TABLE identity (
    user_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    personnel_no TEXT NOT NULL,
    email TEXT,
    CONSTRAINT pk_identity PRIMARY KEY (user_id),
    CONSTRAINT fk_identity_user_id FOREIGN KEY(user_id) REFERENCES user (id)
);

CREATE INDEX ix_identity_name_folded ON identity (name_folded);

CREATE TABLE sign_in_name (
    folded TEXT NOT NULL,
    user_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    CONSTRAINT pk_sign_in_name PRIMARY KEY (folded),
    CONSTRAINT uq_sign_in_name_user_id_kind UNIQUE (user_id, kind),
    CONSTRAINT ck_sign_in_name_kind_known CHECK (kind IN ('personnel_no','email')),
    CONSTRAINT fk_sign_in_name_user_id FOREIGN KEY(user_id) REFERENCES user (id)
);

CREATE TABLE password (
    user_id INTEGER NOT NULL,
    hash TEXT NOT NULL,
    changed_at VARCHAR(32) NOT NULL,
    CONSTRAINT pk_password PRIMARY KEY (user_id),
    CONSTRAINT fk_password_user_id FOREIGN KEY(user_id) REFERENCES user (id)
);

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

CREATE INDEX ix_user_session_user_id ON user_session (user_id);

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

CREATE INDEX ix_one_time_link_user_id ON one_time_link (user_id);

CREATE TABLE employment (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    hired_on DATE NOT NULL,
    left_on DATE,
    CONSTRAINT pk_employment PRIMARY KEY (id),
    CONSTRAINT ck_employment_in_order CHECK (left_on IS NULL OR left_on >= hired_on),
    CONSTRAINT fk_employment_user_id FOREIGN KEY(user_id) REFERENCES user (id)
);

CREATE UNIQUE INDEX uq_employment_open ON employment (user_id) WHERE left_on IS NULL;

CREATE INDEX ix_employment_user_id ON employment (user_id);

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

CREATE INDEX ix_placement_unit_id ON placement (unit_id);

CREATE INDEX ix_placement_manager_id ON placement (manager_id);

CREATE INDEX ix_placement_user_id ON placement (user_id);

CREATE UNIQUE INDEX uq_placement_open ON placement (user_id) WHERE valid_to IS NULL;

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

CREATE INDEX ix_people_import_sha256 ON people_import (sha256);

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

CREATE INDEX ix_edition_standard_id ON edition (standard_id);

CREATE TABLE course_member (
    course_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    CONSTRAINT pk_course_member PRIMARY KEY (course_id, user_id),
    CONSTRAINT fk_course_member_course_id FOREIGN KEY(course_id) REFERENCES course (id),
    CONSTRAINT fk_course_member_user_id FOREIGN KEY(user_id) REFERENCES user (id)
);

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

CREATE INDEX ix_bank_course_id ON bank (course_id);

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

CREATE INDEX ix_quiz_course_kind ON quiz (course_id, kind);

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

CREATE INDEX ix_requirement_course_id ON requirement (course_id);

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

CREATE TABLE bank_member (
    bank_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    CONSTRAINT pk_bank_member PRIMARY KEY (bank_id, user_id),
    CONSTRAINT fk_bank_member_bank_id FOREIGN KEY(bank_id) REFERENCES bank (id),
    CONSTRAINT fk_bank_member_user_id FOREIGN KEY(user_id) REFERENCES user (id)
);

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

CREATE INDEX ix_question_bank_retired ON question (bank_id, retired_at);

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

CREATE INDEX ix_pool_snapshot_bank_id ON pool_snapshot (bank_id);

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

CREATE UNIQUE INDEX uq_bank_upload_applied ON bank_upload (bank_id, sha256, options_hash) WHERE state = 'applied';

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

CREATE UNIQUE INDEX uq_quiz_version_draft ON quiz_version (quiz_id) WHERE state = 'draft';

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

CREATE INDEX ix_assignment_user_course ON assignment (user_id, course_id);

CREATE INDEX ix_assignment_course_user ON assignment (course_id, user_id);

CREATE TABLE course_module (
    course_version_id INTEGER NOT NULL,
    module_version_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    CONSTRAINT pk_course_module PRIMARY KEY (course_version_id, module_version_id),
    CONSTRAINT uq_course_module_course_version_id_position UNIQUE (course_version_id, position),
    CONSTRAINT fk_course_module_course_version_id FOREIGN KEY(course_version_id) REFERENCES course_version (id),
    CONSTRAINT fk_course_module_module_version_id FOREIGN KEY(module_version_id) REFERENCES module_version (id)
);

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

CREATE INDEX ix_question_version_question_id ON question_version (question_id);

CREATE INDEX ix_question_version_content_hash ON question_version (content_hash);

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

CREATE INDEX ix_attempt_open_deadline ON attempt (deadline_at) WHERE state = 'open';

CREATE UNIQUE INDEX uq_attempt_open ON attempt (user_id, quiz_id) WHERE state = 'open';

CREATE TABLE question_key (
    version_id INTEGER NOT NULL,
    "key" JSON NOT NULL,
    CONSTRAINT pk_question_key PRIMARY KEY (version_id),
    CONSTRAINT fk_question_key_version_id FOREIGN KEY(version_id) REFERENCES question_version (id)
);

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

CREATE INDEX ix_certificate_user_course ON certificate (user_id, course_id);

CREATE TABLE certificate_holder (
    certificate_id INTEGER NOT NULL,
    disclosed JSON NOT NULL,
    CONSTRAINT pk_certificate_holder PRIMARY KEY (certificate_id),
    CONSTRAINT fk_certificate_holder_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificate (id)
);

CREATE TABLE certificate_supersession (
    certificate_id INTEGER NOT NULL,
    superseded_by INTEGER NOT NULL,
    superseded_at VARCHAR(32) NOT NULL,
    CONSTRAINT pk_certificate_supersession PRIMARY KEY (certificate_id),
    CONSTRAINT fk_certificate_supersession_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificate (id),
    CONSTRAINT fk_certificate_supersession_superseded_by FOREIGN KEY(superseded_by) REFERENCES certificate (id)
);

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

CREATE TABLE certificate_file (
    certificate_id INTEGER NOT NULL,
    pdf BLOB NOT NULL,
    sha256 TEXT NOT NULL,
    notices JSON NOT NULL,
    rendered_at VARCHAR(32) NOT NULL,
    CONSTRAINT pk_certificate_file PRIMARY KEY (certificate_id),
    CONSTRAINT fk_certificate_file_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificate (id)
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

CREATE INDEX ix_completion_record_user_course ON completion_record (user_id, course_id, completed_at);

CREATE UNIQUE INDEX uq_completion_record_corrects ON completion_record (corrects_id);

CREATE UNIQUE INDEX uq_completion_record_attempt ON completion_record (attempt_id) WHERE corrects_id IS NULL;

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

