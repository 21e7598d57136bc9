// The npm package oidc-provider as an organisation would run it: `node server.mjs ISSUER REDIRECT_URI [words of the second factor]`.
// Whoever names an account is let in as that account: `sanne@voordeur.example`, with a name that never changes made from it.
import { generateKeyPairSync } from "node:crypto";
import { createInterface } from "node:readline";
import Provider from "oidc-provider";

const [issuer, redirectUri, amr = ""] = process.argv.slice(2);
const unverified = new Set();
const renamed = new Map();
const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
const home = new URL(redirectUri).origin;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "voordeur",
      client_secret: "a secret of the tests: with/signs",
      redirect_uris: [redirectUri],
      post_logout_redirect_uris: [`${home}/werk/inloggen`],
      response_types: ["code"],
      grant_types: ["authorization_code"],
    },
  ],
  jwks: { keys: [{ ...key, use: "sig", alg: "RS256" }] },
  claims: { openid: ["sub", "acr", "amr"], email: ["email", "email_verified"], profile: ["preferred_username"] },
  acrValues: ["urn:voordeur:two-steps"],
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
  cookies: { keys: ["only-for-tests"] },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      email: renamed.get(id) ?? id,
      email_verified: !unverified.has(id),
      preferred_username: renamed.get(id) ?? id,
    }),
  }),
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope("openid email profile");
    await grant.save();
    return grant;
  },
});

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith("/interaction/")) return next();
  if (ctx.method === "GET") {
    ctx.type = "html";
    ctx.body = `<!doctype html><title>Provider</title><form method="post"><label>Account <input name="login"></label><button>Verder</button></form>`;
    return;
  }
  let body = "";
  for await (const part of ctx.req) body += part;
  const login = new URLSearchParams(body).get("login");
  if (login === "") {
    await provider.interactionFinished(ctx.req, ctx.res, { error: "access_denied", error_description: "no" });
  } else {
    const proved = amr ? { amr: amr.split(" "), acr: "urn:voordeur:two-steps" } : {};
    await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: login, ...proved } });
  }
  ctx.respond = false;
});

provider.listen(Number(new URL(issuer).port), "127.0.0.1", () => console.log("ready"));
// The test says: `unverified ACCOUNT`, `renamed ACCOUNT NAME`. It ends us by closing the line.
const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const [word, account, name] = line.split(" ");
  if (word === "unverified") unverified.add(account);
  if (word === "renamed") renamed.set(account, name);
  console.log("done");
});
lines.on("close", () => process.exit(0));
