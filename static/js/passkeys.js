// Passkeys: asks the server what is to be signed, has the browser sign it, and sends the form.
(() => {
  "use strict";
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const note = form.querySelector("[data-missing]");
  const said = form.querySelector("[data-said]");
  const button = form.querySelector("button:not([type=button])");
  if (!window.PublicKeyCredential) {
    note.textContent = note.dataset.missing;
    return;
  }
  note.hidden = true;
  button.hidden = false;

  function bytes(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
  }
  function text(buffer) {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  const listed = (known) => (known || []).map((each) => ({ ...each, id: bytes(each.id) }));

  async function asked() {
    const answer = await fetch(form.dataset.ask, {
      method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" },
    });
    const found = await answer.json();
    if (!answer.ok) throw new Error(found.error || found.message, { cause: "server" });
    return found;
  }
  function made(options) {
    return navigator.credentials.create({ publicKey: {
      ...options, challenge: bytes(options.challenge), excludeCredentials: listed(options.excludeCredentials),
      user: { ...options.user, id: bytes(options.user.id) },
    } });
  }
  function signed(options) {
    return navigator.credentials.get({ publicKey: {
      ...options, challenge: bytes(options.challenge), allowCredentials: listed(options.allowCredentials),
    } });
  }
  function written(credential) {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.hidden = true;
    button.disabled = true;
    try {
      const options = await asked();
      const credential = await (form.dataset.passkey === "new" ? made(options) : signed(options));
      form.elements.passkey.value = written(credential);
      form.submit();
    } catch (error) {
      said.textContent = error.cause === "server" && error.message ? error.message : note.dataset.brokenOff;
      said.hidden = false;
      button.disabled = false;
    }
  });
})();
