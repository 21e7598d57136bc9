/** The tones of each sound: hertz, and when they begin in seconds. */
const SOUNDS = {
  alarm: [
    [880, 0],
    [660, 0.25],
    [880, 0.5],
    [660, 0.75],
  ],
  bericht: [
    [660, 0],
    [880, 0.15],
  ],
} as const;
const TONE_SECONDS = 0.2;
const VOLUME = 0.2;

let context: AudioContext | undefined;

/** Makes a sound. Browsers keep silent until somebody has touched the page; then nothing is heard and nothing breaks. */
export function ring(sound: keyof typeof SOUNDS): void {
  context ??= new AudioContext();
  if (context.state === 'suspended') void context.resume();
  document.body.dataset.geluid = sound;
  const { currentTime, destination } = context;
  for (const [hertz, after] of SOUNDS[sound]) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = hertz;
    volume.gain.value = VOLUME;
    tone.connect(volume).connect(destination);
    tone.start(currentTime + after);
    tone.stop(currentTime + after + TONE_SECONDS);
  }
}
