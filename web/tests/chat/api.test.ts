import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConversationApi, Refused, Unreachable } from '../../src/chat/api.ts';

const key = { id: 'c1', token: 'geheim' };

function answering(status: number, body: unknown = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const fetch = vi.fn(async (_address: string, _init: RequestInit) => new Response(text || null, { status }));
  return { fetch, api: new ConversationApi('/api/v1', fetch as unknown as typeof globalThis.fetch) };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('ConversationApi', () => {
  it('opens a conversation without any key', async () => {
    const { api, fetch } = answering(201, { id: 'c1', token: 'geheim', messages: [] });
    expect(await api.create('nl')).toEqual({ id: 'c1', token: 'geheim', messages: [] });
    const [address, init] = fetch.mock.calls[0] ?? [];
    expect(address).toBe('/api/v1/conversations');
    expect(init?.headers).not.toHaveProperty('Authorization');
    expect(JSON.parse(String(init?.body))).toEqual({ channel: 'web', language: 'nl' });
  });

  it('carries the token in a header, never in the address, and sends no cookies', async () => {
    const { api, fetch } = answering(202, { seq: 4 });
    expect(await api.send(key, { clientMessageId: 'x', text: 'hoi' })).toBe(4);
    const [address, init] = fetch.mock.calls[0] ?? [];
    expect(address).not.toContain('geheim');
    expect(init).toMatchObject({ credentials: 'omit', headers: { Authorization: 'Bearer geheim' } });
  });

  it('reads what is later than a number, waiting as long as asked', async () => {
    const { api, fetch } = answering(200, { messages: [], owner: 'assistant', status: 'open', assistantBusy: false });
    await api.read(key, 7, 25, new AbortController().signal);
    expect(fetch.mock.calls[0]?.[0]).toBe('/api/v1/conversations/c1/messages?after=7&wait=25');
  });

  it.each([400, 404, 409])('says with %i that asking again does not help, and why', async (status) => {
    const { api } = answering(status, { detail: 'Dit kan niet.' });
    const error = await api.send(key, { clientMessageId: 'x', text: 'hoi' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Refused);
    expect(error).toMatchObject({ status, detail: 'Dit kan niet.' });
  });

  it.each([429, 500, 502, 503])('says with %i that asking again later helps', async (status) => {
    const { api } = answering(status, '<html>Bad gateway</html>');
    await expect(api.create('nl')).rejects.toBeInstanceOf(Unreachable);
  });

  it('does not take the sign-in page of a public network for an answer', async () => {
    const { api } = answering(200, '<html>Welkom op onze wifi</html>');
    await expect(api.create('nl')).rejects.toBeInstanceOf(Unreachable);
  });

  it('gives up on a connection that died without a word', async () => {
    vi.useFakeTimers();
    const fetch = (_address: string, init: RequestInit) =>
      new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(init.signal?.reason)));
    const api = new ConversationApi('', fetch as unknown as typeof globalThis.fetch);
    const outcome = expect(api.create('nl')).rejects.toBeInstanceOf(Unreachable);
    await vi.advanceTimersByTimeAsync(20_000);
    await outcome;
  });

  it('counts a conversation that is not there any more as erased', async () => {
    await expect(answering(404).api.erase(key)).resolves.toBeUndefined();
    await expect(answering(503).api.erase(key)).rejects.toBeInstanceOf(Unreachable);
  });
});
