import type { AdminFile, ErrorResponse, ExplainRequest, ExplainResponse, JournalResponse, RecordRequest, RecordStatus, RollbackRequest, RollbackResponse, RolloutRequest, RolloutResponse, ShadowResponse, ShareRequest, ShareResponse, StatusResponse } from '../config/admin-api.ts'
import { fault } from '../errors.ts'

/** The admin API of a running switch. Every call throws CUT_NOT_RUNNING, CUT_ADMIN_UNREACHABLE, CUT_ADMIN_REFUSED, or what the API answered. */
export interface AdminClient {
  status (): Promise<StatusResponse>
  setShare (feature: string, request: ShareRequest): Promise<ShareResponse>
  rollback (request: RollbackRequest): Promise<RollbackResponse>
  journal (limit: number): Promise<JournalResponse>
  explain (request: ExplainRequest): Promise<ExplainResponse>
  recording (): Promise<RecordStatus>
  startRecording (request: RecordRequest): Promise<RecordStatus>
  stopRecording (): Promise<RecordStatus>
  shadow (): Promise<ShadowResponse>
  rollouts (): Promise<RolloutResponse>
  rollout (verb: 'start' | 'pause' | 'resume' | 'abort' | 'skip', request: RolloutRequest): Promise<RolloutResponse>
}

const timeoutMs = 10_000

/**
 * @param admin where the switch is and what opens it
 * @param origin where that was read, for messages: the path of admin.json, or the option
 */
export function adminClient (admin: Pick<AdminFile, 'url' | 'token'>, origin: string): AdminClient {
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await reach(`${admin.url.replace(/\/$/, '')}${path}`, {
      method,
      headers: { authorization: `Bearer ${admin.token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs)
    })
    if (response.status === 401) throw fault('CUT_ADMIN_REFUSED', admin.url, origin)
    const answer: unknown = await response.json().catch(() => undefined)
    if (!response.ok) throw refusal(response.status, answer)
    if (typeof answer !== 'object' || answer === null) throw fault('CUT_ADMIN_UNREACHABLE', admin.url, 'something else than the admin API answers there')
    return answer as T
  }
  const reach = async (url: string, request: RequestInit): Promise<Response> => {
    try {
      return await fetch(url, request)
    } catch (error) {
      const cause = (error as Error).cause as NodeJS.ErrnoException | undefined
      if (cause?.code === 'ECONNREFUSED') throw fault('CUT_NOT_RUNNING', origin, `: nothing listens at ${admin.url} any more`)
      throw fault('CUT_ADMIN_UNREACHABLE', admin.url, cause?.message ?? (error as Error).message)
    }
  }
  return {
    status: () => call('GET', '/api/status'),
    setShare: (feature, request) => call('PUT', `/api/features/${encodeURIComponent(feature)}/share`, request),
    rollback: request => call('POST', '/api/rollback', request),
    journal: limit => call('GET', `/api/journal?limit=${limit}`),
    explain: request => call('POST', '/api/explain', request),
    recording: () => call('GET', '/api/record'),
    startRecording: request => call('POST', '/api/record', request),
    stopRecording: () => call('DELETE', '/api/record'),
    shadow: () => call('GET', '/api/shadow'),
    rollouts: () => call('GET', '/api/rollout'),
    rollout: (verb, request) => call('POST', `/api/rollout/${verb}`, request)
  }
}

function refusal (status: number, answer: unknown): Error {
  const { code, message } = (answer ?? {}) as Partial<ErrorResponse>
  return Object.assign(new Error(message ?? `The admin API answered ${status}.`), { code: code ?? `HTTP_${status}`, statusCode: status })
}
