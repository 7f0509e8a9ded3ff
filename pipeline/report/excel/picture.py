"""Whether a picture is one that a workbook can show, and how large it is there."""

import io
import struct

from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.image import Image

from pipeline.report.excel.errors import RenderError

# Ten times the width of a page; a reader unpacks every pixel.
_LARGEST_SIDE = 5_000


def picture_size(content: bytes) -> tuple[float, float]:
    """How wide and high a picture is, in pixels of 96 to the inch. RenderError for what is no
    picture that a workbook can show."""
    try:
        image = Image(io.BytesIO(content))
    except (XlsxWriterException, ValueError, IndexError, struct.error) as error:
        raise RenderError(f"no picture: {error}") from error
    if not (image.width and image.height and image.x_dpi and image.y_dpi):
        raise RenderError("no picture: it has no size")
    if max(image.width, image.height) > _LARGEST_SIDE:
        raise RenderError(
            f"it is {image.width:,.0f} by {image.height:,.0f} pixels; save it with at most "
            f"{_LARGEST_SIDE:,} each way"
        )
    return 96 * image.width / image.x_dpi, 96 * image.height / image.y_dpi
