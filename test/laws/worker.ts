import { parentPort, workerData } from 'node:worker_threads'
import { type Backend, start } from './backend.ts'
import { type Task, work } from './work.ts'

/** A thread of `npm run laws`: it takes a task, and tells what came of it; first of all it tells that it is ready. */
await start((workerData as { readonly backend: Backend }).backend)
const [{ obeyed }, { mutants }] = await Promise.all([import('./obeyed.ts'), import('./mutants.ts')])

parentPort?.on('message', (task: Task) => parentPort?.postMessage(work(task, { obeyed, mutants })))
parentPort?.postMessage('ready')
