# The bench cut as people write it with moviepy: a resize for each frame, a text clip for each scene, one encode.
import sys

import moviepy

width, height, fps = (int(number) for number in sys.argv[1:4])
clips = []
for at, name in enumerate(sys.argv[4:]):
    speech = moviepy.AudioFileClip(f"speech-{at}.wav")
    picture = moviepy.ImageClip(f"{name}.jpg").resized(width=width).with_duration(speech.duration)
    moving = picture.resized(lambda time, whole=speech.duration: 1.1 - 0.08 * time / whole)
    text = moviepy.TextClip(text=name, font_size=height // 24, color="white", stroke_color="black", stroke_width=3)
    text = text.with_duration(speech.duration).with_position(("center", 0.8), relative=True)
    whole = moviepy.CompositeVideoClip([moving.with_position("center"), text], size=(width, height))
    clips.append(whole.with_audio(speech))
film = moviepy.concatenate_videoclips(clips)
film.write_videofile("moviepy.mp4", fps=fps, codec="libx264", preset="veryfast", threads=1, logger=None,
                     ffmpeg_params=["-crf", "21"])
